/* SPDX-License-Identifier: BSD-3-Clause */
/* The list of block devices, and the way of each from idle to running. */
#include <string.h>
#include <uk/alloc.h>
#include <uk/blkdev.h>
#include <uk/blkdev_driver.h>
#include <uk/print.h>

struct uk_blkdev_list uk_blkdev_list =
	UK_TAILQ_HEAD_INITIALIZER(uk_blkdev_list);

static uint16_t blkdev_count;
static uint16_t next_id;

/* ---- Which there are ---- */

static void check_driver(const struct uk_blkdev *dev)
{
	const struct uk_blkdev_ops *ops = dev->dev_ops;

	UK_ASSERT(dev->submit_one && dev->finish_reqs);
	UK_ASSERT(ops && ops->get_info && ops->queue_get_info);
	UK_ASSERT(ops->dev_configure && ops->queue_configure);
	UK_ASSERT(ops->dev_start);
	UK_ASSERT(!ops->queue_intr_enable == !ops->queue_intr_disable);
	(void)ops;
}

int uk_blkdev_drv_register(struct uk_blkdev *dev, struct uk_alloc *a,
			   const char *drv_name)
{
	struct uk_blkdev_data *data;
	struct uk_blkdev_data fresh = {
		.id = next_id, .state = UK_BLKDEV_UNCONFIGURED,
		.drv_name = drv_name, .a = a,
	};

	UK_ASSERT(dev && !dev->_data);
	check_driver(dev);
	data = uk_malloc(a, sizeof(*data));
	if (!data)
		return -ENOMEM;
	memcpy(data, &fresh, sizeof(*data));
	dev->_data = data;
	UK_TAILQ_INSERT_TAIL(&uk_blkdev_list, dev, _list);
	blkdev_count++;
	return next_id++;
}

void uk_blkdev_drv_unregister(struct uk_blkdev *dev)
{
	UK_ASSERT(uk_blkdev_state_get(dev) == UK_BLKDEV_UNCONFIGURED);
	UK_TAILQ_REMOVE(&uk_blkdev_list, dev, _list);
	uk_free(dev->_data->a, dev->_data);
	dev->_data = NULL;
	blkdev_count--;
}

unsigned int uk_blkdev_count(void)
{
	return blkdev_count;
}

struct uk_blkdev *uk_blkdev_get(unsigned int id)
{
	struct uk_blkdev *dev;

	UK_TAILQ_FOREACH(dev, &uk_blkdev_list, _list) {
		if (dev->_data->id == id)
			return dev;
	}
	return NULL;
}

uint16_t uk_blkdev_id_get(struct uk_blkdev *dev)
{
	UK_ASSERT(dev && dev->_data);
	return dev->_data->id;
}

const char *uk_blkdev_drv_name_get(struct uk_blkdev *dev)
{
	UK_ASSERT(dev && dev->_data);
	return dev->_data->drv_name;
}

enum uk_blkdev_state uk_blkdev_state_get(struct uk_blkdev *dev)
{
	UK_ASSERT(dev && dev->_data);
	return dev->_data->state;
}

/* ---- Up ---- */

static int said(const struct uk_blkdev *dev, const char *what, int rc)
{
	if (rc)
		uk_pr_err("blkdev%u: %s: error %d\n", dev->_data->id, what,
			  -rc);
	return rc;
}

int uk_blkdev_get_info(struct uk_blkdev *dev, struct uk_blkdev_info *dev_info)
{
	UK_ASSERT(dev && dev->dev_ops && dev_info);
	memset(dev_info, 0, sizeof(*dev_info));
	dev->dev_ops->get_info(dev, dev_info);
	dev_info->max_queues = MIN(dev_info->max_queues,
				   CONFIG_LIBUKBLKDEV_MAXNBQUEUES);
	return 0;
}

int uk_blkdev_configure(struct uk_blkdev *dev,
			const struct uk_blkdev_conf *conf)
{
	struct uk_blkdev_info info;
	int rc;

	UK_ASSERT(dev && dev->_data && conf);
	uk_blkdev_get_info(dev, &info);
	if (conf->nb_queues > info.max_queues)
		return -EINVAL;
	rc = dev->dev_ops->dev_configure(dev, conf);
	if (!rc)
		dev->_data->state = UK_BLKDEV_CONFIGURED;
	return said(dev, "configure", rc);
}

int uk_blkdev_queue_get_info(struct uk_blkdev *dev, uint16_t queue_id,
			     struct uk_blkdev_queue_info *q_info)
{
	UK_ASSERT(dev && q_info);
	UK_ASSERT(queue_id < CONFIG_LIBUKBLKDEV_MAXNBQUEUES);
	memset(q_info, 0, sizeof(*q_info));
	return dev->dev_ops->queue_get_info(dev, queue_id, q_info);
}

static bool has_queue(const struct uk_blkdev *dev, uint16_t queue_id)
{
	return dev->_queue[queue_id] && !PTRISERR(dev->_queue[queue_id]);
}

int uk_blkdev_queue_configure(struct uk_blkdev *dev, uint16_t queue_id,
			      uint16_t nb_desc,
			      const struct uk_blkdev_queue_conf *queue_conf)
{
	struct uk_blkdev_event_handler *handler;
	struct uk_blkdev_queue *queue;

	UK_ASSERT(dev && dev->_data && queue_conf);
	UK_ASSERT(queue_id < CONFIG_LIBUKBLKDEV_MAXNBQUEUES);
	UK_ASSERT(queue_conf->callback || !queue_conf->callback_cookie);
	if (dev->_data->state != UK_BLKDEV_CONFIGURED)
		return -EINVAL;
	if (has_queue(dev, queue_id))
		return -EBUSY;
	handler = &dev->_data->queue_handler[queue_id];
	handler->callback = queue_conf->callback;
	handler->cookie = queue_conf->callback_cookie;
	queue = dev->dev_ops->queue_configure(dev, queue_id, nb_desc,
					      queue_conf);
	dev->_queue[queue_id] = queue;
	return said(dev, "queue", PTRISERR(queue) ? PTR2ERR(queue) : 0);
}

int uk_blkdev_start(struct uk_blkdev *dev)
{
	int rc;

	UK_ASSERT(uk_blkdev_state_get(dev) == UK_BLKDEV_CONFIGURED);
	rc = dev->dev_ops->dev_start(dev);
	if (!rc)
		dev->_data->state = UK_BLKDEV_RUNNING;
	return said(dev, "start", rc);
}

/* ---- Requests ---- */

int uk_blkdev_queue_submit_one(struct uk_blkdev *dev, uint16_t queue_id,
			       struct uk_blkreq *req)
{
	uk_blkdev_check_queue(dev, queue_id);
	UK_ASSERT(dev->_data->state == UK_BLKDEV_RUNNING && req);
	return dev->submit_one(dev, dev->_queue[queue_id], req);
}

int uk_blkdev_queue_finish_reqs(struct uk_blkdev *dev, uint16_t queue_id)
{
	uk_blkdev_check_queue(dev, queue_id);
	UK_ASSERT(dev->_data->state == UK_BLKDEV_RUNNING);
	return dev->finish_reqs(dev, dev->_queue[queue_id]);
}

/* ---- Down ---- */

int uk_blkdev_stop(struct uk_blkdev *dev)
{
	int rc;

	UK_ASSERT(uk_blkdev_state_get(dev) == UK_BLKDEV_RUNNING);
	UK_ASSERT(dev->dev_ops->dev_stop);
	rc = dev->dev_ops->dev_stop(dev);
	if (!rc)
		dev->_data->state = UK_BLKDEV_CONFIGURED;
	return rc;
}

int uk_blkdev_queue_unconfigure(struct uk_blkdev *dev, uint16_t queue_id)
{
	int rc;

	uk_blkdev_check_queue(dev, queue_id);
	UK_ASSERT(dev->_data->state == UK_BLKDEV_CONFIGURED);
	UK_ASSERT(dev->dev_ops->queue_unconfigure);
	rc = dev->dev_ops->queue_unconfigure(dev, dev->_queue[queue_id]);
	if (!rc)
		dev->_queue[queue_id] = NULL;
	return said(dev, "queue", rc);
}

int uk_blkdev_unconfigure(struct uk_blkdev *dev)
{
	uint16_t id;
	int rc;

	UK_ASSERT(uk_blkdev_state_get(dev) == UK_BLKDEV_CONFIGURED);
	UK_ASSERT(dev->dev_ops->dev_unconfigure);
	for (id = 0; id < CONFIG_LIBUKBLKDEV_MAXNBQUEUES; id++)
		UK_ASSERT(!has_queue(dev, id));
	rc = dev->dev_ops->dev_unconfigure(dev);
	if (!rc)
		dev->_data->state = UK_BLKDEV_UNCONFIGURED;
	return said(dev, "unconfigure", rc);
}
