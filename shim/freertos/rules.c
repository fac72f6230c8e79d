/* SPDX-License-Identifier: BSD-3-Clause */
/* The conditions that rows put on handles, and what happens to a broken one. */
#include "queue_object.h"

#include <uk/print.h>

#if configASSERT_DEFINED

/* Addresses below are numbers that went astray, not objects. */
#define LOWEST_OBJECT	4096

/* It looks at whatever a wrong handle points to: AddressSanitizer must not. */
__attribute__((no_sanitize("address")))
bool shim_bears(const void *handle, ptrdiff_t tag_at, enum shim_kind kind)
{
	const struct shim_tag *tag;

	if ((__uptr)handle < LOWEST_OBJECT
	    || (__uptr)handle % _Alignof(void *) != 0)
		return false;
	tag = (const void *)((const char *)handle + tag_at);
	return tag->kind == kind;
}

SHIM_ALIVE(shim_task_alive, struct tskTaskControlBlock, SHIM_TASK);
SHIM_ALIVE(shim_queue_alive, struct QueueDefinition, SHIM_QUEUE);

bool shim_semaphore_alive(const void *handle)
{
	const struct QueueDefinition *q = handle;

	return shim_queue_alive(handle) && q->item_size == 0;
}

bool shim_mutex_alive(const void *handle)
{
	return shim_queue_alive(handle) && shim_is_mutex(handle);
}

bool shim_queue_is_semaphore(QueueHandle_t q)
{
	switch (q->type & SHIM_QUEUE_TYPE) {
	case queueQUEUE_TYPE_MUTEX:
	case queueQUEUE_TYPE_COUNTING_SEMAPHORE:
	case queueQUEUE_TYPE_BINARY_SEMAPHORE:
	case queueQUEUE_TYPE_RECURSIVE_MUTEX:
		return true;
	default:
		return false;
	}
}

/* ---- Blocks ---- */

/* In front of what pvPortMalloc gives; as large as its alignment. */
struct block_head {
	struct shim_tag tag;
} __attribute__((aligned(portBYTE_ALIGNMENT)));

bool shim_block_alive(const void *block)
{
	return shim_bears(block, -(ptrdiff_t)sizeof(struct block_head),
			  SHIM_BLOCK);
}

void *shim_block_alloc(size_t size)
{
	struct block_head *head;
	size_t bytes;

	/* What cannot be is left to fail as everything that is too much. */
	if (__builtin_add_overflow(size, sizeof(*head), &bytes))
		bytes = SIZE_MAX;
	head = shim_alloc(bytes);
	if (!head)
		return NULL;
	shim_tag_set(&head->tag, SHIM_BLOCK);
	return head + 1;
}

void shim_block_free(void *block)
{
	struct block_head *head = block;

	shim_tag_clear(&head[-1].tag);
	shim_free(head - 1);
}

/* ---- Waiting before tasks run ---- */

static struct {
	const char *api;
	const void *caller;
} early;

void shim_early_call(const char *api, const void *caller)
{
	early.api = api;
	early.caller = caller;
}

void shim_early_wait(void)
{
	if (!early.api || shim_task_count() == 0)
		return;
	shim_rule_broken(early.api,
			 "would wait for tasks before vTaskStartScheduler",
			 early.caller);
	configASSERT(0);
}

/* ---- Stacks ---- */

bool shim_stack_suffices(size_t words)
{
	return words >= SHIM_STACK_MIN_BYTES / sizeof(StackType_t);
}

#endif /* configASSERT_DEFINED */

void shim_rule_broken(const char *api, const char *rule, const void *caller)
{
	uk_pr_crit("freertos: %s: %s (called from %p)\n", api, rule, caller);
}

/* For applications without a FreeRTOSConfig.h of their own. */
__weak void vAssertCalled(const char *pcFile, int iLine)
{
	UK_CRASH("freertos: configASSERT failed at %s:%d\n", pcFile, iLine);
}
