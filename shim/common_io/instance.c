/* SPDX-License-Identifier: BSD-3-Clause */
/* Instances of a bus: found, opened, closed, and given an operation. */
#include <string.h>

#include "instance.h"

/* ---- Found, opened, closed ---- */

static struct instance *instance_make(struct instances *all, const void *board)
{
	struct instance *instance;

	for (instance = all->first; instance; instance = instance->next)
		if (instance->board == board)
			return instance;
	instance = pvPortMalloc(all->size);
	if (!instance)
		return NULL;
	memset(instance, 0, all->size);
	instance->board = board;
	instance->next = all->first;
	all->first = instance;
	return instance;
}

void *instance_find(struct instances *all, const void *board)
{
	struct instance *instance;

	vTaskSuspendAll();
	instance = instance_make(all, board);
	xTaskResumeAll();
	return instance;
}

_Bool instance_is_open(const void *handle)
{
	const struct instance *instance = handle;

	return instance && instance->worker.is_open;
}

_Bool instance_open(const struct instances *all, struct instance *instance)
{
	if (!worker_open(&instance->worker, &all->ops))
		return 0;
	instance->callback = NULL;
	instance->tx_done = instance->rx_done = 0;
	return 1;
}

int32_t instance_close(const struct instances *all, void *handle)
{
	struct instance *instance = handle;

	if (!instance_is_open(handle))
		return all->invalid;
	worker_cancel(&instance->worker);
	worker_close(&instance->worker);
	return INSTANCE_OK;
}

void instance_set_callback(void *handle, void (*callback)(void), void *context)
{
	struct instance *instance = handle;

	if (!instance_is_open(handle))
		return;
	taskENTER_CRITICAL();
	instance->callback = callback;
	instance->context = context;
	taskEXIT_CRITICAL();
}

/* ---- Operations ---- */

_Bool instance_accepts(const void *handle, const struct operation *operation)
{
	/* No more than the buses' ioctl can tell of */
	return instance_is_open(handle) && (operation->tx || operation->rx)
	       && operation->length && operation->length <= UINT16_MAX;
}

int32_t instance_begin(const struct instances *all, void *handle,
		       struct operation operation)
{
	struct instance *instance = handle;

	if (!instance_accepts(handle, &operation))
		return all->invalid;
	if (!worker_take(&instance->worker))
		return all->busy;
	instance->operation = operation;
	return INSTANCE_OK;
}

int32_t instance_start(struct instance *instance)
{
	return worker_start(&instance->worker) ? INSTANCE_OK
					       : instance->operation.failure;
}

int32_t instance_sync(const struct instances *all, void *handle,
		      struct operation operation)
{
	struct instance *instance = handle;
	int32_t rc = instance_begin(all, handle, operation);

	if (rc)
		return rc;
	return worker_run(&instance->worker) ? operation.failure : INSTANCE_OK;
}

int32_t instance_async(const struct instances *all, void *handle,
		       struct operation operation)
{
	int32_t rc = instance_begin(all, handle, operation);

	return rc ? rc : instance_start(handle);
}

int32_t instance_cancel(const struct instances *all, void *handle)
{
	struct instance *instance = handle;

	if (!instance_is_open(handle))
		return all->invalid;
	return worker_cancel(&instance->worker) ? INSTANCE_OK
						: all->nothing_to_cancel;
}
