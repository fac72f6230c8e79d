/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of queues for debuggers, and the memory of static ones. */
#include "queue_object.h"

#if configQUEUE_REGISTRY_SIZE > 0
static struct {
	QueueHandle_t queue;	/* NULL: free */
	const char *name;
} registry[configQUEUE_REGISTRY_SIZE];

/* The entry of @p queue, or NULL; of NULL: a free one. */
static __typeof__(&registry[0]) registry_find(QueueHandle_t queue)
{
	unsigned int i;

	for (i = 0; i < configQUEUE_REGISTRY_SIZE; i++)
		if (registry[i].queue == queue)
			return &registry[i];
	return NULL;
}
#endif

void shim_queue_register(QueueHandle_t queue, const char *name)
{
#if configQUEUE_REGISTRY_SIZE > 0
	unsigned long flags = ukplat_lcpu_save_irqf();
	__typeof__(&registry[0]) entry = registry_find(queue);

	if (!entry)
		entry = registry_find(NULL);
	/* A full registry takes no more, and says nothing, as FreeRTOS's. */
	if (entry && name) {
		entry->queue = queue;
		entry->name = name;
	}
	ukplat_lcpu_restore_irqf(flags);
#else
	(void)queue, (void)name;
#endif
}

void shim_queue_unregister(QueueHandle_t queue)
{
#if configQUEUE_REGISTRY_SIZE > 0
	unsigned long flags = ukplat_lcpu_save_irqf();
	__typeof__(&registry[0]) entry = registry_find(queue);

	if (entry)
		entry->queue = NULL;
	ukplat_lcpu_restore_irqf(flags);
#else
	(void)queue;
#endif
}

const char *shim_queue_name(QueueHandle_t queue)
{
#if configQUEUE_REGISTRY_SIZE > 0
	unsigned long flags = ukplat_lcpu_save_irqf();
	__typeof__(&registry[0]) entry = registry_find(queue);
	const char *name = entry ? entry->name : NULL;

	ukplat_lcpu_restore_irqf(flags);
	return name;
#else
	(void)queue;
	return NULL;
#endif
}

BaseType_t shim_queue_static_buffers(QueueHandle_t queue, uint8_t **storage,
				     StaticQueue_t **memory)
{
	if (!queue->static_memory)
		return pdFALSE;
	if (storage)
		*storage = queue->item_size ? queue->storage
					    : (uint8_t *)queue;
	*memory = (StaticQueue_t *)queue;
	return pdTRUE;
}
