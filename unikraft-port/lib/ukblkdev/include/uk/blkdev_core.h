/* SPDX-License-Identifier: BSD-3-Clause */
/* The types of block devices, as in Unikraft 0.17. */
#ifndef __UK_BLKDEV_CORE__
#define __UK_BLKDEV_CORE__

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <uk/blkreq.h>
#include <uk/config.h>
#include <uk/list.h>

#if CONFIG_LIBUKBLKDEV_DISPATCHERTHREADS
#error "no dispatcher threads here: unset LIBUKBLKDEV_DISPATCHERTHREADS"
#endif

struct uk_alloc;
struct uk_blkdev;
struct uk_blkdev_queue;		/* the driver's own */

UK_TAILQ_HEAD(uk_blkdev_list, struct uk_blkdev);

/* In this order: configure, queue_configure, start. */
enum uk_blkdev_state {
	UK_BLKDEV_INVALID = 0,
	UK_BLKDEV_UNCONFIGURED,
	UK_BLKDEV_CONFIGURED,
	UK_BLKDEV_RUNNING
};

/* What the user chooses, and what there is to choose from */
struct uk_blkdev_conf {
	uint16_t nb_queues;
};

struct uk_blkdev_info {
	uint16_t max_queues;
};

struct uk_blkdev_queue_info {
	uint16_t nb_max;	/* requests that a queue may hold */
	uint16_t nb_min;
	uint16_t nb_align;	/* and a multiple of this */
	int nb_is_power_of_two;
};

/* There are answers: the user calls uk_blkdev_queue_finish_reqs(). */
typedef void (*uk_blkdev_queue_event_t)(struct uk_blkdev *dev,
					uint16_t queue_id, void *argp);

struct uk_blkdev_queue_conf {
	struct uk_alloc *a;
	uk_blkdev_queue_event_t callback;
	void *callback_cookie;
};

/* What a driver does */
typedef void (*uk_blkdev_get_info_t)(struct uk_blkdev *dev,
				     struct uk_blkdev_info *dev_info);
typedef int (*uk_blkdev_configure_t)(struct uk_blkdev *dev,
				     const struct uk_blkdev_conf *conf);
typedef int (*uk_blkdev_queue_get_info_t)(struct uk_blkdev *dev,
					  uint16_t queue_id,
					  struct uk_blkdev_queue_info *q_info);
typedef struct uk_blkdev_queue *(*uk_blkdev_queue_configure_t)(
		struct uk_blkdev *dev, uint16_t queue_id, uint16_t nb_desc,
		const struct uk_blkdev_queue_conf *queue_conf);
typedef int (*uk_blkdev_start_t)(struct uk_blkdev *dev);
typedef int (*uk_blkdev_queue_intr_enable_t)(struct uk_blkdev *dev,
					     struct uk_blkdev_queue *queue);
typedef int (*uk_blkdev_queue_intr_disable_t)(struct uk_blkdev *dev,
					      struct uk_blkdev_queue *queue);
typedef int (*uk_blkdev_queue_submit_one_t)(struct uk_blkdev *dev,
					    struct uk_blkdev_queue *queue,
					    struct uk_blkreq *req);
typedef int (*uk_blkdev_queue_finish_reqs_t)(struct uk_blkdev *dev,
					     struct uk_blkdev_queue *queue);
typedef int (*uk_blkdev_stop_t)(struct uk_blkdev *dev);
typedef int (*uk_blkdev_queue_unconfigure_t)(struct uk_blkdev *dev,
					     struct uk_blkdev_queue *queue);
typedef int (*uk_blkdev_unconfigure_t)(struct uk_blkdev *dev);

/* What a submission returns when it is no error: 0 is "not now" */
#define UK_BLKDEV_STATUS_SUCCESS	0x1
#define UK_BLKDEV_STATUS_MORE		0x2	/* and there is room for more */

struct uk_blkdev_ops {
	uk_blkdev_get_info_t get_info;
	uk_blkdev_configure_t dev_configure;
	uk_blkdev_queue_get_info_t queue_get_info;
	uk_blkdev_queue_configure_t queue_configure;
	uk_blkdev_start_t dev_start;
	uk_blkdev_stop_t dev_stop;
	uk_blkdev_queue_intr_enable_t queue_intr_enable;
	uk_blkdev_queue_intr_disable_t queue_intr_disable;
	uk_blkdev_queue_unconfigure_t queue_unconfigure;
	uk_blkdev_unconfigure_t dev_unconfigure;
};

/* What a device is; set by its driver when it is configured */
struct uk_blkdev_cap {
	__sector sectors;
	size_t ssize;		/* bytes of a sector */
	int mode;		/* O_RDONLY, O_WRONLY, O_RDWR */
	__sector max_sectors_per_req;
	uint16_t ioalign;	/* of buffers, in bytes */
};

struct uk_blkdev_event_handler {
	uk_blkdev_queue_event_t callback;
	void *cookie;
};

struct uk_blkdev_data {
	const uint16_t id;
	enum uk_blkdev_state state;
	struct uk_blkdev_event_handler
		queue_handler[CONFIG_LIBUKBLKDEV_MAXNBQUEUES];
	const char *drv_name;
	struct uk_alloc *a;
};

struct uk_blkdev {
	/* The driver's */
	uk_blkdev_queue_submit_one_t submit_one;
	uk_blkdev_queue_finish_reqs_t finish_reqs;
	/* The library's */
	struct uk_blkdev_data *_data;
	/* The driver's */
	struct uk_blkdev_cap capabilities;
	const struct uk_blkdev_ops *dev_ops;
	/* The library's */
	struct uk_blkdev_queue *_queue[CONFIG_LIBUKBLKDEV_MAXNBQUEUES];
	UK_TAILQ_ENTRY(struct uk_blkdev) _list;
};

#endif /* __UK_BLKDEV_CORE__ */
