/* SPDX-License-Identifier: BSD-3-Clause */
/* What users of block devices call, as in Unikraft 0.17. */
#ifndef __UK_BLKDEV__
#define __UK_BLKDEV__

#include <errno.h>
#include <limits.h>
#include <uk/assert.h>
#include <uk/blkdev_core.h>
#include <uk/errptr.h>
#include <uk/essentials.h>

/* ---- Which there are ---- */

unsigned int uk_blkdev_count(void);
/* NULL: there is none of this number */
struct uk_blkdev *uk_blkdev_get(unsigned int id);
uint16_t uk_blkdev_id_get(struct uk_blkdev *dev);
const char *uk_blkdev_drv_name_get(struct uk_blkdev *dev);
enum uk_blkdev_state uk_blkdev_state_get(struct uk_blkdev *dev);

/* ---- Up and down, step by step: 0, or a negative error number ---- */

int uk_blkdev_get_info(struct uk_blkdev *dev, struct uk_blkdev_info *dev_info);
int uk_blkdev_configure(struct uk_blkdev *dev,
			const struct uk_blkdev_conf *conf);
int uk_blkdev_queue_get_info(struct uk_blkdev *dev, uint16_t queue_id,
			     struct uk_blkdev_queue_info *q_info);
/* @p nb_desc 0: as many requests as the driver likes */
int uk_blkdev_queue_configure(struct uk_blkdev *dev, uint16_t queue_id,
			      uint16_t nb_desc,
			      const struct uk_blkdev_queue_conf *queue_conf);
int uk_blkdev_start(struct uk_blkdev *dev);
/* -EBUSY while requests are under way */
int uk_blkdev_stop(struct uk_blkdev *dev);
int uk_blkdev_queue_unconfigure(struct uk_blkdev *dev, uint16_t queue_id);
int uk_blkdev_unconfigure(struct uk_blkdev *dev);

/* ---- What it is, once it is configured ---- */

static inline const struct uk_blkdev_cap *
uk_blkdev_capabilities(struct uk_blkdev *blkdev)
{
	UK_ASSERT(blkdev && blkdev->_data);
	UK_ASSERT(blkdev->_data->state >= UK_BLKDEV_RUNNING);
	return &blkdev->capabilities;
}

#define uk_blkdev_ssize(blkdev)	(uk_blkdev_capabilities(blkdev)->ssize)
#define uk_blkdev_max_sec_per_req(blkdev) \
	(uk_blkdev_capabilities(blkdev)->max_sectors_per_req)
#define uk_blkdev_mode(blkdev)	(uk_blkdev_capabilities(blkdev)->mode)
#define uk_blkdev_sectors(blkdev) \
	(uk_blkdev_capabilities(blkdev)->sectors)
#define uk_blkdev_size(blkdev) \
	((size_t)uk_blkdev_sectors(blkdev) * uk_blkdev_ssize(blkdev))
#define uk_blkdev_ioalign(blkdev) \
	(uk_blkdev_capabilities(blkdev)->ioalign)

/* ---- Requests ---- */

/* UK_BLKDEV_STATUS_*, 0 when there is no room now, or negative */
int uk_blkdev_queue_submit_one(struct uk_blkdev *dev, uint16_t queue_id,
			       struct uk_blkreq *req);
/* Take all answers that there are, and call the requests' callbacks. */
int uk_blkdev_queue_finish_reqs(struct uk_blkdev *dev, uint16_t queue_id);

/* Of what submission returned: are all, is none of the flags set */
#define uk_blkdev_status_test_set(status, flag) \
	((int)(status) >= 0 && ((int)(status) & (flag)) == (flag))
#define uk_blkdev_status_test_unset(status, flag) \
	((int)(status) >= 0 && !((int)(status) & (flag)))
#define uk_blkdev_status_successful(status) \
	uk_blkdev_status_test_set(status, UK_BLKDEV_STATUS_SUCCESS)
#define uk_blkdev_status_notready(status) \
	uk_blkdev_status_test_unset(status, UK_BLKDEV_STATUS_SUCCESS)
#define uk_blkdev_status_more(status) \
	uk_blkdev_status_test_set(status, UK_BLKDEV_STATUS_SUCCESS \
					  | UK_BLKDEV_STATUS_MORE)

static inline void uk_blkdev_check_queue(const struct uk_blkdev *dev,
					 uint16_t queue_id)
{
	UK_ASSERT(dev && dev->dev_ops && dev->_data);
	UK_ASSERT(queue_id < CONFIG_LIBUKBLKDEV_MAXNBQUEUES);
	UK_ASSERT(dev->_queue[queue_id] && !PTRISERR(dev->_queue[queue_id]));
	(void)dev;
	(void)queue_id;
}

/* Whether the queue's callback is called. -ENOTSUP: it never is. */
static inline int uk_blkdev_queue_intr_enable(struct uk_blkdev *dev,
					      uint16_t queue_id)
{
	uk_blkdev_check_queue(dev, queue_id);
	if (unlikely(!dev->dev_ops->queue_intr_enable))
		return -ENOTSUP;
	return dev->dev_ops->queue_intr_enable(dev, dev->_queue[queue_id]);
}

static inline int uk_blkdev_queue_intr_disable(struct uk_blkdev *dev,
					       uint16_t queue_id)
{
	uk_blkdev_check_queue(dev, queue_id);
	if (unlikely(!dev->dev_ops->queue_intr_disable))
		return -ENOTSUP;
	return dev->dev_ops->queue_intr_disable(dev, dev->_queue[queue_id]);
}

#if CONFIG_LIBUKBLKDEV_SYNC_IO_BLOCKED_WAITING
/*
 * Submit a request and wait for its answer; whoever gets the queue's event
 * finishes it. 0, or a negative error number.
 */
int uk_blkdev_sync_io(struct uk_blkdev *dev, uint16_t queue_id,
		      enum uk_blkreq_op op, __sector sector,
		      __sector nb_sectors, void *buf);

#define uk_blkdev_sync_write(blkdev, queue_id, sector, nb_sectors, buf)	\
	uk_blkdev_sync_io(blkdev, queue_id, UK_BLKREQ_WRITE, sector,	\
			  nb_sectors, buf)
#define uk_blkdev_sync_read(blkdev, queue_id, sector, nb_sectors, buf)	\
	uk_blkdev_sync_io(blkdev, queue_id, UK_BLKREQ_READ, sector,	\
			  nb_sectors, buf)
#endif

#endif /* __UK_BLKDEV__ */
