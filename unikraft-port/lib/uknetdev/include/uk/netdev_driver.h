/* SPDX-License-Identifier: BSD-3-Clause */
/* Network devices: what a driver calls. */
#ifndef __UK_NETDEV_DRIVER__
#define __UK_NETDEV_DRIVER__

#include <uk/assert.h>
#include <uk/netdev_core.h>

/* Offer a device; its number, or a negative errno. @p drv_name stays. */
int uk_netdev_drv_register(struct uk_netdev *dev, struct uk_alloc *a,
			   const char *drv_name);

/* Tell who uses the device of an event; from an interrupt too. */
static inline void uk_netdev_drv_rx_event(struct uk_netdev *dev,
					  uint16_t queue_id)
{
	struct uk_netdev_event_handler *handler;

	UK_ASSERT(dev && dev->_data);
	UK_ASSERT(queue_id < CONFIG_LIBUKNETDEV_MAXNBQUEUES);
	handler = &dev->_data->rxq_handler[queue_id];
	if (handler->callback)
		handler->callback(dev, queue_id, handler->cookie);
}

#endif /* __UK_NETDEV_DRIVER__ */
