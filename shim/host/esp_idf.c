/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A driver as ESP-IDF's are written: its include layout, its locks, its
 * interrupts. Compiled with every warning; the tests call what is in it.
 */
#include <stdbool.h>
#include <sys/mman.h>

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "freertos/queue.h"
#include "freertos/semphr.h"
#include "freertos/idf_additions.h"
#include "esp_intr_alloc.h"

#include "esp_idf.h"

int ukplat_lcpu_irqs_disabled(void);

/* ---- Locks ---- */

static portMUX_TYPE driver_lock = portMUX_INITIALIZER_UNLOCKED;
static spinlock_t other_lock = SPINLOCK_INITIALIZER;

static void locked(uint32_t *masked, unsigned int *n)
{
	masked[(*n)++] = (uint32_t)ukplat_lcpu_irqs_disabled();
}

/* Note inside and after each pair whether interrupts are masked. */
unsigned int test_esp_locks(uint32_t *masked)
{
	portMUX_TYPE *lock = &driver_lock;
	portMUX_TYPE own;
	unsigned int n = 0;

	portMUX_INITIALIZE(&own);
	spinlock_initialize(&other_lock);
	portENTER_CRITICAL(&own);
	locked(masked, &n);
	portEXIT_CRITICAL(&own);
	locked(masked, &n);
	taskENTER_CRITICAL(lock);
	locked(masked, &n);
	taskEXIT_CRITICAL(lock);
	locked(masked, &n);
	portENTER_CRITICAL_SAFE(lock);
	locked(masked, &n);
	portEXIT_CRITICAL_SAFE(lock);
	locked(masked, &n);
	portENTER_CRITICAL_ISR(lock);
	portENTER_CRITICAL(&other_lock);	/* they nest */
	portEXIT_CRITICAL(&other_lock);
	locked(masked, &n);
	portEXIT_CRITICAL_ISR(lock);
	locked(masked, &n);
	taskENTER_CRITICAL_ISR(lock);
	locked(masked, &n);
	taskEXIT_CRITICAL_ISR(lock);
	locked(masked, &n);
	vPortEnterCritical(lock);
	locked(masked, &n);
	vPortExitCritical(lock);
	locked(masked, &n);
	return n;
}

/* The same for those that may give up; each gives pdPASS here. */
unsigned int test_esp_try_locks(uint32_t *masked)
{
	unsigned int n = 0;

	if (portTRY_ENTER_CRITICAL(&driver_lock, portMUX_TRY_LOCK) == pdPASS) {
		locked(masked, &n);
		portEXIT_CRITICAL(&driver_lock);
	}
	if (portTRY_ENTER_CRITICAL_ISR(&driver_lock, 10) == pdPASS) {
		locked(masked, &n);
		portEXIT_CRITICAL_ISR(&driver_lock);
	}
	if (portTRY_ENTER_CRITICAL_SAFE(&driver_lock, portMUX_NO_TIMEOUT)) {
		locked(masked, &n);
		portEXIT_CRITICAL_SAFE(&driver_lock);
	}
	locked(masked, &n);
	return n;
}

/* ---- Where am I ---- */

BaseType_t test_esp_in_isr(void)
{
	return portCHECK_IF_IN_ISR() && xPortInIsrContext();
}

void test_esp_assert_task(void)
{
	portASSERT_IF_IN_ISR();
}

BaseType_t test_esp_core(TaskHandle_t task)
{
	return xPortGetCoreID() + xTaskGetCoreID(task) + xTaskGetAffinity(task);
}

TaskHandle_t test_esp_current(void)
{
	return xTaskGetCurrentTaskHandleForCPU(xPortGetCoreID());
}

/* ---- Interrupts ---- */

static QueueHandle_t events;
static intr_handle_t interrupt;

static void IRAM_ATTR driver_isr(void *arg)
{
	BaseType_t woken = pdFALSE;

	portENTER_CRITICAL_ISR(&driver_lock);
	++*(uint32_t *)arg;
	portEXIT_CRITICAL_ISR(&driver_lock);
	xQueueSendFromISR(events, arg, &woken);
	if (woken)
		portYIELD_FROM_ISR();
	portYIELD_FROM_ISR(woken);
	portEND_SWITCHING_ISR(woken == pdTRUE);
}

/* Attach the handler, which counts into @p count and sends the count. */
esp_err_t test_esp_attach(int source, int flags, uint32_t *count)
{
	events = xQueueCreate(4, sizeof(uint32_t));
	return esp_intr_alloc(source, flags, driver_isr, count, &interrupt);
}

esp_err_t test_esp_switch(bool on)
{
	ESP_ERROR_CHECK(ESP_OK);
	return on ? esp_intr_enable(interrupt) : esp_intr_disable(interrupt);
}

uint32_t test_esp_event(TickType_t wait)
{
	uint32_t count = 0;

	return xQueueReceive(events, &count, wait) == pdTRUE ? count : 0;
}

/* The handler's line, plus the core's number, which is 0. */
int test_esp_line(void)
{
	return esp_intr_get_intno(interrupt) + esp_intr_get_cpu(interrupt);
}

esp_err_t test_esp_detach(void)
{
	return esp_intr_free(interrupt);
}

/* A handler for the tests that share a line: counts, no more. */
void test_esp_count(void *arg)
{
	++*(uint32_t *)arg;
}

/* A status register for handlers that look at one first; below 4 GiB. */
uint32_t *test_esp_status(void)
{
	void *page = mmap((void *)0x20000000, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return (uintptr_t)page >> 32 ? NULL : page;
}
