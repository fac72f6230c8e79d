/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Block devices of FreeRTOS drivers as uk_blkdevs.
 *
 * A driver's calls wait for the medium; a uk_blkdev's do not. So each queue
 * has a task that takes one request after the other to the driver. Answers
 * wait until the user calls uk_blkdev_queue_finish_reqs(); of the first after
 * that the user is told by the queue's event, from the task.
 */
#include <errno.h>
#include <fcntl.h>
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/blkdev.h>
#include <uk/blkdev_driver.h>
#include <uk/config.h>
#include <uk/errptr.h>
#include <uk/essentials.h>

#include "FreeRTOS.h"
#include "queue.h"
#include "semphr.h"
#include "task.h"

#include "../../drivers/block/block.h"
#include "blkdev_block.h"

#define QUEUE_MAX	64	/* requests under way; our choice */
#define QUEUE_DEFAULT	16
#define WORKER_STACK	1024	/* words; drivers keep no sectors there */
#define WORKER_PRIORITY	CONFIG_LIBBLKDEV_PRIORITY
/* What fits into the count that drivers take */
#define SECTORS_MAX	0xffffffffUL

struct uk_blkdev_queue {
	struct blkdev *owner;
	QueueHandle_t requests;		/* of struct uk_blkreq * */
	QueueHandle_t answers;		/* the same, when done */
	SemaphoreHandle_t room;		/* requests that may still come */
	TaskHandle_t worker;
	uint16_t length;
	bool wants_events;		/* the user does */
	bool armed;			/* the next answer is told */
};

struct blkdev {
	struct uk_blkdev dev;
	struct block_device *block;
	struct uk_blkdev_queue queue;	/* unused: owner is NULL */
};

static struct blkdev *of(const struct uk_blkdev *dev)
{
	return __containerof(dev, struct blkdev, dev);
}

const struct block_device *blkdev_block(const struct uk_blkdev *dev)
{
	return of(dev)->block;
}

int blkdev_errno(int error)
{
	static const int numbers[] = {
		[-BLOCK_OK] = 0,
		[-BLOCK_ERR_ARGUMENT] = EINVAL,
		[-BLOCK_ERR_NO_MEDIUM] = ENOMEDIUM,
		[-BLOCK_ERR_REMOVED] = ENODEV,
		[-BLOCK_ERR_CHANGED] = ESTALE,
		[-BLOCK_ERR_TIMEOUT] = ETIMEDOUT,
		[-BLOCK_ERR_CRC] = EILSEQ,
		[-BLOCK_ERR_RANGE] = ENXIO,
		[-BLOCK_ERR_MEDIUM] = EIO,
		[-BLOCK_ERR_READ_ONLY] = EROFS,
		[-BLOCK_ERR_UNSUPPORTED] = ENOTSUP,
		[-BLOCK_ERR_CONTROLLER] = EREMOTEIO,
		[-BLOCK_ERR_NO_INTERRUPT] = ETIME,
		[-BLOCK_ERR_MEMORY] = ENOMEM,
	};

	UK_ASSERT(error <= 0
		  && -error < (int)(sizeof(numbers) / sizeof(numbers[0])));
	return -numbers[-error];
}

const char *blkdev_error_text(int error)
{
	int block = BLOCK_OK;

	while (block > BLOCK_ERR_MEMORY && blkdev_errno(block) != error)
		block--;
	return blkdev_errno(block) == error ? block_error_text(block)
					    : "unknown error";
}

/* ---- The task behind a queue ---- */

static int perform(struct block_device *block, const struct uk_blkreq *req)
{
	uint32_t count = (uint32_t)req->nb_sectors;

	if (req->nb_sectors > SECTORS_MAX)
		return BLOCK_ERR_ARGUMENT;
	switch (req->operation) {
	case UK_BLKREQ_READ:
		return block_read(block, req->start_sector, count,
				  req->aio_buf);
	case UK_BLKREQ_WRITE:
		return block_write(block, req->start_sector, count,
				   req->aio_buf);
	case UK_BLKREQ_FFLUSH:
		/* Requests keep their order, and a write ends on the medium */
		return BLOCK_OK;
	default:
		return BLOCK_ERR_ARGUMENT;
	}
}

static void tell(struct uk_blkdev_queue *queue)
{
	bool armed;

	taskENTER_CRITICAL();
	armed = queue->armed;
	queue->armed = false;
	taskEXIT_CRITICAL();
	if (armed)
		uk_blkdev_drv_queue_event(&queue->owner->dev, 0);
}

static void work(void *arg)
{
	struct uk_blkdev_queue *queue = arg;
	struct uk_blkreq *req;

	for (;;) {
		xQueueReceive(queue->requests, &req, portMAX_DELAY);
		req->result = blkdev_errno(perform(queue->owner->block, req));
		/* `room` sees to it that there is some */
		xQueueSend(queue->answers, &req, portMAX_DELAY);
		tell(queue);
	}
}

/* ---- Requests and answers ---- */

static int submit_one(struct uk_blkdev *dev, struct uk_blkdev_queue *queue,
		      struct uk_blkreq *req)
{
	(void)dev;
	if (xSemaphoreTake(queue->room, 0) != pdPASS)
		return 0;
	xQueueSend(queue->requests, &req, portMAX_DELAY);
	return uxSemaphoreGetCount(queue->room)
	       ? UK_BLKDEV_STATUS_SUCCESS | UK_BLKDEV_STATUS_MORE
	       : UK_BLKDEV_STATUS_SUCCESS;
}

static void finish(struct uk_blkdev_queue *queue)
{
	struct uk_blkreq *req;

	while (xQueueReceive(queue->answers, &req, 0) == pdPASS) {
		xSemaphoreGive(queue->room);
		uk_blkreq_finished(req);
		if (req->cb)
			req->cb(req, req->cb_cookie);
	}
}

static int finish_reqs(struct uk_blkdev *dev, struct uk_blkdev_queue *queue)
{
	(void)dev;
	finish(queue);
	if (queue->wants_events) {
		queue->armed = true;
		/* What came before that was not told. */
		finish(queue);
	}
	return 0;
}

static int queue_intr_enable(struct uk_blkdev *dev,
			     struct uk_blkdev_queue *queue)
{
	(void)dev;
	queue->wants_events = true;
	queue->armed = true;
	return uxQueueMessagesWaiting(queue->answers) != 0;
}

static int queue_intr_disable(struct uk_blkdev *dev,
			      struct uk_blkdev_queue *queue)
{
	(void)dev;
	queue->wants_events = false;
	queue->armed = false;
	return 0;
}

/* ---- Up and down ---- */

static void get_info(struct uk_blkdev *dev, struct uk_blkdev_info *info)
{
	(void)dev;
	info->max_queues = 1;
}

static int dev_configure(struct uk_blkdev *dev,
			 const struct uk_blkdev_conf *conf)
{
	const struct block_device *block = of(dev)->block;

	if (conf->nb_queues != 1)
		return -EINVAL;
	dev->capabilities = (struct uk_blkdev_cap){
		.sectors = block->sectors,
		.ssize = BLOCK_SECTOR_SIZE,
		.mode = block->read_only ? O_RDONLY : O_RDWR,
		.max_sectors_per_req = SECTORS_MAX,
		.ioalign = sizeof(void *),
	};
	return 0;
}

static int queue_get_info(struct uk_blkdev *dev, uint16_t queue_id,
			  struct uk_blkdev_queue_info *info)
{
	(void)dev;
	if (queue_id)
		return -EINVAL;
	info->nb_max = QUEUE_MAX;
	info->nb_min = 1;
	info->nb_align = 1;
	info->nb_is_power_of_two = 0;
	return 0;
}

static void queue_free(struct uk_blkdev_queue *queue)
{
	if (queue->worker)
		vTaskDelete(queue->worker);
	if (queue->requests)
		vQueueDelete(queue->requests);
	if (queue->answers)
		vQueueDelete(queue->answers);
	if (queue->room)
		vSemaphoreDelete(queue->room);
	*queue = (struct uk_blkdev_queue){ .owner = NULL };
}

static bool queue_make(struct uk_blkdev_queue *queue, uint16_t length)
{
	queue->length = length;
	queue->requests = xQueueCreate(length, sizeof(struct uk_blkreq *));
	queue->answers = xQueueCreate(length, sizeof(struct uk_blkreq *));
	queue->room = xSemaphoreCreateCounting(length, length);
	return queue->requests && queue->answers && queue->room
	       && xTaskCreate(work, queue->owner->block->name, WORKER_STACK,
			      queue, WORKER_PRIORITY, &queue->worker)
		  == pdPASS;
}

static struct uk_blkdev_queue *
queue_configure(struct uk_blkdev *dev, uint16_t queue_id, uint16_t nb_desc,
		const struct uk_blkdev_queue_conf *conf)
{
	struct uk_blkdev_queue *queue = &of(dev)->queue;

	(void)conf;
	if (queue_id || nb_desc > QUEUE_MAX)
		return ERR2PTR(-EINVAL);
	queue->owner = of(dev);
	if (!queue_make(queue, nb_desc ? nb_desc : QUEUE_DEFAULT)) {
		queue_free(queue);
		return ERR2PTR(-ENOMEM);
	}
	return queue;
}

static int dev_start(struct uk_blkdev *dev)
{
	return of(dev)->queue.owner ? 0 : -EINVAL;
}

static int dev_stop(struct uk_blkdev *dev)
{
	const struct uk_blkdev_queue *queue = &of(dev)->queue;

	return uxSemaphoreGetCount(queue->room) == queue->length ? 0 : -EBUSY;
}

static int queue_unconfigure(struct uk_blkdev *dev,
			     struct uk_blkdev_queue *queue)
{
	(void)dev;
	queue_free(queue);
	return 0;
}

static int dev_unconfigure(struct uk_blkdev *dev)
{
	(void)dev;
	return 0;
}

static const struct uk_blkdev_ops ops = {
	.get_info = get_info,
	.dev_configure = dev_configure,
	.queue_get_info = queue_get_info,
	.queue_configure = queue_configure,
	.dev_start = dev_start,
	.dev_stop = dev_stop,
	.queue_intr_enable = queue_intr_enable,
	.queue_intr_disable = queue_intr_disable,
	.queue_unconfigure = queue_unconfigure,
	.dev_unconfigure = dev_unconfigure,
};

int block_attach(struct block_device *block)
{
	struct blkdev *made = pvPortMalloc(sizeof(*made));

	if (!made)
		return BLOCK_ERR_MEMORY;
	*made = (struct blkdev){
		.dev = {
			.submit_one = submit_one,
			.finish_reqs = finish_reqs,
			.dev_ops = &ops,
		},
		.block = block,
	};
	if (uk_blkdev_drv_register(&made->dev, uk_alloc_get_default(),
				   block->name) < 0) {
		vPortFree(made);
		return BLOCK_ERR_MEMORY;
	}
	return BLOCK_OK;
}
