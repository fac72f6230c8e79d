/* SPDX-License-Identifier: BSD-3-Clause */
/* Network devices: what a driver calls. */
int uk_netdev_drv_register(struct uk_netdev *dev, struct uk_alloc *a,
			   const char *drv_name);
void uk_netdev_drv_rx_event(struct uk_netdev *dev, uint16_t queue_id);
