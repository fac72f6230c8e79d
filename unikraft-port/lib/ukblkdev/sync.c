/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests whose caller waits. */
#include <uk/blkdev.h>

#if CONFIG_LIBUKBLKDEV_SYNC_IO_BLOCKED_WAITING
#include <uk/semaphore.h>

static void answered(struct uk_blkreq *req, void *cookie)
{
	(void)req;
	uk_semaphore_up(cookie);
}

int uk_blkdev_sync_io(struct uk_blkdev *dev, uint16_t queue_id,
		      enum uk_blkreq_op op, __sector sector,
		      __sector nb_sectors, void *buf)
{
	struct uk_semaphore done;
	struct uk_blkreq req;
	int status;

	uk_semaphore_init(&done, 0);
	uk_blkreq_init(&req, op, sector, nb_sectors, buf, answered, &done);
	status = uk_blkdev_queue_submit_one(dev, queue_id, &req);
	if (status < 0)
		return status;
	/* As upstream: a full queue is the caller's to see. */
	if (!uk_blkdev_status_successful(status))
		return status;
	uk_semaphore_down(&done);
	return req.result;
}
#endif
