/* SPDX-License-Identifier: BSD-3-Clause */
/* What a driver of a block device may call. */
int uk_blkdev_drv_register(struct uk_blkdev *dev, struct uk_alloc *a,
			   const char *drv_name);
void uk_blkdev_drv_queue_event(struct uk_blkdev *dev, uint16_t queue_id);
#define uk_blkreq_finished(...)
