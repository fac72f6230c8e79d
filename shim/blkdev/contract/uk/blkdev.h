/* SPDX-License-Identifier: BSD-3-Clause */
/* What a driver of a block device is to offer. */
typedef unsigned long __sector;

enum uk_blkreq_op {
	UK_BLKREQ_READ = 0,
	UK_BLKREQ_WRITE = 1,
	UK_BLKREQ_FFLUSH = 4
};

struct uk_blkreq;
typedef void (*uk_blkreq_event_t)(struct uk_blkreq *req, void *cb_cookie);

struct uk_blkreq {
	enum uk_blkreq_op operation;
	__sector start_sector;
	__sector nb_sectors;
	void *aio_buf;
	uk_blkreq_event_t cb;
	void *cb_cookie;
	int result;
	...;
};

struct uk_blkdev;
struct uk_blkdev_queue;

struct uk_blkdev_conf {
	uint16_t nb_queues;
	...;
};

struct uk_blkdev_info {
	uint16_t max_queues;
	...;
};

struct uk_blkdev_queue_info {
	uint16_t nb_max;
	uint16_t nb_min;
	uint16_t nb_align;
	int nb_is_power_of_two;
	...;
};

struct uk_blkdev_queue_conf;

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
typedef int (*uk_blkdev_stop_t)(struct uk_blkdev *dev);
typedef int (*uk_blkdev_queue_intr_enable_t)(struct uk_blkdev *dev,
					     struct uk_blkdev_queue *queue);
typedef int (*uk_blkdev_queue_intr_disable_t)(struct uk_blkdev *dev,
					      struct uk_blkdev_queue *queue);
typedef int (*uk_blkdev_queue_unconfigure_t)(struct uk_blkdev *dev,
					     struct uk_blkdev_queue *queue);
typedef int (*uk_blkdev_unconfigure_t)(struct uk_blkdev *dev);
typedef int (*uk_blkdev_queue_submit_one_t)(struct uk_blkdev *dev,
					    struct uk_blkdev_queue *queue,
					    struct uk_blkreq *req);
typedef int (*uk_blkdev_queue_finish_reqs_t)(struct uk_blkdev *dev,
					     struct uk_blkdev_queue *queue);

#define UK_BLKDEV_STATUS_SUCCESS ...
#define UK_BLKDEV_STATUS_MORE ...

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
	...;
};

struct uk_blkdev_cap {
	__sector sectors;
	size_t ssize;
	int mode;
	__sector max_sectors_per_req;
	uint16_t ioalign;
	...;
};

struct uk_blkdev {
	uk_blkdev_queue_submit_one_t submit_one;
	uk_blkdev_queue_finish_reqs_t finish_reqs;
	struct uk_blkdev_cap capabilities;
	const struct uk_blkdev_ops *dev_ops;
	...;
};
