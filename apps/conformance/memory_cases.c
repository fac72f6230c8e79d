/* SPDX-License-Identifier: BSD-3-Clause */
/* The heap: exact, exhausted at every step of a creation, preempted. */
#include "groups.h"
#include "semphr.h"

static bool is_filled(const uint8_t *block, size_t size, uint8_t value)
{
	while (size--) {
		if (block[size] != value)
			return false;
	}
	return true;
}

static void the_heap_gives_and_takes_back(void)
{
	size_t before = xPortGetFreeHeapSize();
	uint8_t *a = pvPortMalloc(100), *b = pvPortMalloc(5000);

	CHECK(a && b);
	CHECK((uintptr_t)a % portBYTE_ALIGNMENT == 0);
	CHECK((uintptr_t)b % portBYTE_ALIGNMENT == 0);
	CHECK(before - xPortGetFreeHeapSize() >= 5100);
	memset(a, 1, 100);
	memset(b, 2, 5000);
	CHECK(is_filled(a, 100, 1) && is_filled(b, 5000, 2));
	vPortFree(a);
	vPortFree(b);
	vPortFree(NULL);
	CHECK(xPortGetFreeHeapSize() == before);
}

static void calloc_gives_zeros(void)
{
	uint8_t *a = pvPortMalloc(400);

	REQUIRE(a);
	memset(a, 0xff, 400);
	vPortFree(a);
	a = pvPortCalloc(20, 20);
	REQUIRE(a);
	CHECK(is_filled(a, 400, 0));
	vPortFree(a);
	CHECK(pvPortCalloc((size_t)-1 / 2, 4) == NULL);
}

static void what_is_not_there_is_refused(void)
{
	size_t before = xPortGetFreeHeapSize();

	CHECK(pvPortMalloc(before + 1) == NULL);
	CHECK(pvPortMalloc((size_t)-1) == NULL);
	CHECK(pvPortMalloc((size_t)-100) == NULL);
	CHECK(pvPortMalloc(0) == NULL);
	CHECK(xPortGetFreeHeapSize() == before);
}

/* ---- Creations that fail ---- */

typedef void *(*create_fn)(void);
typedef void (*delete_fn)(void *object);

/*
 * With more and more memory left until the creation works: each refusal
 * must leave the heap as it was.
 */
static void fails_cleanly(create_fn create, delete_fn delete, size_t step)
{
	unsigned int refused = 0;
	void *object = NULL;
	size_t bytes, before;

	for (bytes = step; !object && bytes < 256 * step; bytes += step) {
		REQUIRE(heap_starve(bytes));
		before = xPortGetFreeHeapSize();
		object = create();
		if (object)
			delete(object);
		else
			refused++;
		CHECK(heap_returns_to(before));
		heap_feed();
	}
	CHECK(object != NULL);
	CHECK(refused > 0);
}

static void delete_queue(void *object)
{
	vQueueDelete(object);
}

static void *create_queue(void)
{
	return xQueueCreate(20, 20);
}

static void a_queue_that_has_no_room_leaves_nothing(void)
{
	fails_cleanly(create_queue, delete_queue, 32);
}

static void *create_binary(void)
{
	return xSemaphoreCreateBinary();
}

static void *create_counting(void)
{
	return xSemaphoreCreateCounting(3, 1);
}

static void *create_mutex(void)
{
	return xSemaphoreCreateMutex();
}

static void *create_recursive(void)
{
	return xSemaphoreCreateRecursiveMutex();
}

static void a_semaphore_that_has_no_room_leaves_nothing(void)
{
	fails_cleanly(create_binary, delete_queue, 16);
	fails_cleanly(create_counting, delete_queue, 16);
}

static void a_mutex_that_has_no_room_leaves_nothing(void)
{
	fails_cleanly(create_mutex, delete_queue, 16);
	fails_cleanly(create_recursive, delete_queue, 16);
}

static void never(void *arg)
{
	(void)arg;
	CHECK(!"a task that should not run");
	vTaskSuspend(NULL);
}

static void *create_task(void)
{
	TaskHandle_t task = NULL;
	BaseType_t result;

	/* A stack that is larger than those that are kept for later */
	result = xTaskCreate(never, "never", 5000, NULL, LOW, &task);
	CHECK(task ? result == pdPASS
		   : result == errCOULD_NOT_ALLOCATE_REQUIRED_MEMORY);
	return task;
}

static void delete_task(void *task)
{
	vTaskDelete(task);
}

static void a_task_that_has_no_room_leaves_nothing(void)
{
	fails_cleanly(create_task, delete_task, 1024);
}

/* ---- Preemption inside the allocator ---- */

#define BLOCKS	8

struct user {
	SemaphoreHandle_t go;
	uint32_t random;
	volatile uint32_t rounds;
	bool good;
};

static uint32_t next_random(struct user *u)
{
	u->random = u->random * 1664525 + 1013904223;
	return u->random >> 8;
}

/* Take, fill, look again later, give back; at the pace of an interrupt. */
static void churn(void *arg)
{
	struct user *u = arg;
	uint8_t *blocks[BLOCKS] = { NULL };
	size_t sizes[BLOCKS];
	unsigned int i;

	for (u->rounds = 0; u->rounds < 400; u->rounds++) {
		i = next_random(u) % BLOCKS;
		if (u->go)
			xSemaphoreTake(u->go, portMAX_DELAY);
		if (blocks[i]) {
			u->good &= is_filled(blocks[i], sizes[i], (uint8_t)i);
			vPortFree(blocks[i]);
			blocks[i] = NULL;
			continue;
		}
		sizes[i] = next_random(u) % 700 + 1;
		blocks[i] = pvPortMalloc(sizes[i]);
		if (blocks[i])
			memset(blocks[i], (int)i, sizes[i]);
		else
			u->good = false;
	}
	for (i = 0; i < BLOCKS; i++)
		vPortFree(blocks[i]);
}

static BaseType_t go_isr(void *arg)
{
	struct user *u = arg;
	BaseType_t woken = pdFALSE;

	xSemaphoreGiveFromISR(u->go, &woken);
	in_interrupt_after_us(go_isr, u, 11 + interrupts_served % 17);
	return woken;
}

static void the_allocator_may_be_preempted(void)
{
	struct user high = { xSemaphoreCreateBinary(), 1, 0, true };
	struct user low[2] = { { NULL, 2, 0, true }, { NULL, 3, 0, true } };
	TaskHandle_t tasks[3];
	unsigned int i;

	REQUIRE(high.go);
	tasks[0] = worker(churn, &high, HIGH);
	tasks[1] = worker(churn, &low[0], LOW);
	tasks[2] = worker(churn, &low[1], LOW);
	in_interrupt_after_us(go_isr, &high, 11);
	for (i = 0; i < 5000; i++) {
		vTaskDelay(1);
		if (worker_ended(tasks[0]) && worker_ended(tasks[1])
		    && worker_ended(tasks[2]))
			break;
	}
	in_interrupt(NULL, NULL);
	CHECK(high.good && high.rounds == 400);
	CHECK(low[0].good && low[0].rounds == 400);
	CHECK(low[1].good && low[1].rounds == 400);
	vSemaphoreDelete(high.go);
}

const struct conformance_case memory_cases[] = {
	CASE(the_heap_gives_and_takes_back),
	CASE(calloc_gives_zeros),
	CASE(what_is_not_there_is_refused),
	CASE(a_queue_that_has_no_room_leaves_nothing),
	CASE(a_semaphore_that_has_no_room_leaves_nothing),
	CASE(a_mutex_that_has_no_room_leaves_nothing),
	CASE(a_task_that_has_no_room_leaves_nothing),
	CASE(the_allocator_may_be_preempted),
	END_OF_CASES
};
