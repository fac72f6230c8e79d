/* SPDX-License-Identifier: BSD-3-Clause */
/* A block device whose requests last until the test ends them, and its user. */
#include <errno.h>
#include <string.h>
#include <uk/blkdev.h>
#include <uk/blkdev_driver.h>

#include "FreeRTOS.h"
#include "semphr.h"

#include "../../../drivers/block/block.h"
#include "blkdev_block.h"
#include "fake.h"

static struct {
	struct block_device block;
	SemaphoreHandle_t go;
	int result;
	uint32_t calls;
	uint8_t memory[FAKE_SECTORS * 512];
} fake;

static struct uk_blkreq requests[FAKE_REQUESTS];
static uint32_t events, callbacks;

static int fake_read(struct block_device *dev, uint64_t sector,
		     uint32_t count, void *data)
{
	(void)dev;
	fake.calls++;
	xSemaphoreTake(fake.go, portMAX_DELAY);
	memcpy(data, fake.memory + sector * 512, count * 512);
	return fake.result;
}

static int fake_write(struct block_device *dev, uint64_t sector,
		      uint32_t count, const void *data)
{
	(void)dev;
	fake.calls++;
	xSemaphoreTake(fake.go, portMAX_DELAY);
	memcpy(fake.memory + sector * 512, data, count * 512);
	return fake.result;
}

static const struct block_ops ops = { fake_read, fake_write };

static void on_event(struct uk_blkdev *dev, uint16_t queue, void *arg)
{
	events++;
	if (arg)
		uk_blkdev_queue_finish_reqs(dev, queue);
}

static void on_answer(struct uk_blkreq *req, void *cookie)
{
	(void)req;
	(void)cookie;
	callbacks++;
}

/* Each world has devices of its own: the list is not to know the last. */
extern struct uk_blkdev_list uk_blkdev_list;

int fake_attach(uint32_t read_only)
{
	UK_TAILQ_INIT(&uk_blkdev_list);
	memset(&fake, 0, sizeof(fake));
	events = callbacks = 0;
	fake.go = xSemaphoreCreateCounting(FAKE_REQUESTS, 0);
	fake.block.name = "fake";
	fake.block.sectors = FAKE_SECTORS;
	fake.block.read_only = read_only;
	block_init(&fake.block, &ops);
	return block_attach(&fake.block);
}

static struct uk_blkdev *device(void)
{
	struct uk_blkdev *dev;

	UK_TAILQ_FOREACH(dev, &uk_blkdev_list, _list)
		return dev;
	return NULL;
}

int fake_up(uint16_t queues, uint16_t length, uint32_t finishes)
{
	const struct uk_blkdev_conf conf = { .nb_queues = queues };
	const struct uk_blkdev_queue_conf queue = {
		.a = uk_alloc_get_default(), .callback = on_event,
		.callback_cookie = finishes ? &events : NULL,
	};
	int rc = uk_blkdev_configure(device(), &conf);

	if (!rc)
		rc = uk_blkdev_queue_configure(device(), 0, length, &queue);
	return rc ? rc : uk_blkdev_start(device());
}

int fake_down(void)
{
	int rc = uk_blkdev_stop(device());

	if (!rc)
		rc = uk_blkdev_queue_unconfigure(device(), 0);
	if (!rc)
		rc = uk_blkdev_unconfigure(device());
	return rc;
}

int fake_events(uint32_t on)
{
	return on ? uk_blkdev_queue_intr_enable(device(), 0)
		  : uk_blkdev_queue_intr_disable(device(), 0);
}

int fake_submit(uint32_t request, int operation, uint64_t sector,
		uint64_t count, void *data)
{
	uk_blkreq_init(&requests[request], (enum uk_blkreq_op)operation,
		       sector, count, data, on_answer, NULL);
	requests[request].result = 1;
	return uk_blkdev_queue_submit_one(device(), 0, &requests[request]);
}

void fake_go(int result)
{
	fake.result = result;
	xSemaphoreGive(fake.go);
}

int fake_finish(void)
{
	return uk_blkdev_queue_finish_reqs(device(), 0);
}

int fake_result(uint32_t request)
{
	return uk_blkreq_is_done(&requests[request])
	       ? requests[request].result : 2;
}

uint32_t fake_calls(void)
{
	return fake.calls;
}

uint32_t fake_told(void)
{
	return events;
}

uint32_t fake_answered(void)
{
	return callbacks;
}

uint8_t *fake_memory(void)
{
	return fake.memory;
}

uint64_t fake_size(void)
{
	return uk_blkdev_size(device());
}

int fake_mode(void)
{
	return uk_blkdev_mode(device());
}

uint32_t fake_failures(void)
{
	return blkdev_block(device())->counters.failures;
}
