/* SPDX-License-Identifier: BSD-3-Clause */
/* One operation at a time, in the caller's task or in one of the handle's. */
#include "worker.h"

_Bool worker_open(struct worker *worker, const struct worker_ops *ops)
{
	_Bool ours;

	taskENTER_CRITICAL();
	ours = !worker->is_open;
	worker->is_open = 1;
	taskEXIT_CRITICAL();
	if (!ours)
		return 0;
	worker->ops = ops;
	if (!worker->wake) {
		worker->wake =
			xSemaphoreCreateBinaryStatic(&worker->wake_memory);
		worker->idle =
			xSemaphoreCreateBinaryStatic(&worker->idle_memory);
	}
	return 1;
}

_Bool worker_take(struct worker *worker)
{
	_Bool ours;

	taskENTER_CRITICAL();
	ours = !worker->busy;
	worker->busy = 1;
	taskEXIT_CRITICAL();
	return ours;
}

int worker_run(struct worker *worker)
{
	int result = worker->ops->work(worker);

	worker->busy = 0;
	return result;
}

/* ---- In the task of the handle ---- */

static void worker_once(struct worker *worker)
{
	_Bool cancelled;
	int result = 0;

	taskENTER_CRITICAL();
	worker->started = !worker->cancelled;
	taskEXIT_CRITICAL();
	if (worker->started)
		result = worker->ops->work(worker);

	taskENTER_CRITICAL();
	cancelled = worker->cancelled;
	worker->waits = worker->started = 0;
	/* Not busy: the callback may begin the next operation. */
	worker->busy = 0;
	taskEXIT_CRITICAL();
	if (cancelled)
		xSemaphoreGive(worker->idle);
	else
		worker->ops->tell(worker, result);
}

static void worker_serve(void *arg)
{
	struct worker *worker = arg;

	for (;;) {
		xSemaphoreTake(worker->wake, portMAX_DELAY);
		worker_once(worker);
	}
}

_Bool worker_start(struct worker *worker)
{
	/* Not above who asked, who is to go on at once. */
	if (!worker->task
	    && xTaskCreate(worker_serve, "common_io", WORKER_STACK_WORDS,
			   worker, uxTaskPriorityGet(NULL), &worker->task)
	       != pdPASS) {
		worker->task = NULL;
		worker->busy = 0;
		return 0;
	}
	worker->cancelled = 0;
	worker->waits = 1;
	xSemaphoreTake(worker->idle, 0);
	xSemaphoreGive(worker->wake);
	return 1;
}

_Bool worker_cancel(struct worker *worker)
{
	_Bool under_way, started;

	taskENTER_CRITICAL();
	under_way = worker->waits;
	started = under_way && worker->started;
	if (under_way)
		worker->cancelled = 1;
	taskEXIT_CRITICAL();
	if (!under_way)
		return 0;
	if (started)
		worker->ops->cancel(worker);
	xSemaphoreTake(worker->idle, portMAX_DELAY);
	return 1;
}

void worker_close(struct worker *worker)
{
	worker->is_open = 0;
}
