/* SPDX-License-Identifier: BSD-3-Clause */
/* What drivers of block devices call, as in Unikraft 0.17. */
#ifndef __UK_BLKDEV_DRIVER__
#define __UK_BLKDEV_DRIVER__

#include <uk/assert.h>
#include <uk/blkdev_core.h>

/* The number of the new device; -ENOMEM. @p drv_name is not copied. */
int uk_blkdev_drv_register(struct uk_blkdev *dev, struct uk_alloc *a,
			   const char *drv_name);

/* Only when it is unconfigured. */
void uk_blkdev_drv_unregister(struct uk_blkdev *dev);

/* Tell the user that there are answers in a queue. */
static inline void uk_blkdev_drv_queue_event(struct uk_blkdev *dev,
					     uint16_t queue_id)
{
	struct uk_blkdev_event_handler *handler;

	UK_ASSERT(dev && dev->_data);
	UK_ASSERT(queue_id < CONFIG_LIBUKBLKDEV_MAXNBQUEUES);
	handler = &dev->_data->queue_handler[queue_id];
	if (handler->callback)
		handler->callback(dev, queue_id, handler->cookie);
}

#define uk_blkreq_finished(req) \
	uk_store_n(&(req)->state.counter, UK_BLKREQ_FINISHED)

#endif /* __UK_BLKDEV_DRIVER__ */
