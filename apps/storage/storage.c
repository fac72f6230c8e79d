/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sectors in, sectors out. What is written can be told from outside: word i
 * of sector s is seed + s * 128 + i, in 32 bits, the lowest byte first.
 */
#include <stdio.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/plat/time.h>

#include "block.h"
#include "blkdev_block.h"
#include "board_devices.h"
#include "storage.h"

#define SECTOR_WORDS	128U

/* What one line moves and tells at a time, in no task's stack */
static uint32_t buffer[STORAGE_BATCH * SECTOR_WORDS];

/* ---- Up ---- */

static void on_event(struct uk_blkdev *dev, uint16_t queue_id, void *arg)
{
	(void)arg;
	uk_blkdev_queue_finish_reqs(dev, queue_id);
}

static int run(struct uk_blkdev *dev)
{
	const struct uk_blkdev_conf conf = { .nb_queues = 1 };
	const struct uk_blkdev_queue_conf queue = {
		.a = uk_alloc_get_default(), .callback = on_event,
	};
	int rc = uk_blkdev_configure(dev, &conf);

	if (!rc)
		rc = uk_blkdev_queue_configure(dev, 0, 0, &queue);
	if (!rc)
		rc = uk_blkdev_start(dev);
	return rc ? rc : uk_blkdev_queue_intr_enable(dev, 0);
}

struct uk_blkdev *storage_open(void)
{
	struct uk_blkdev *dev;
	int rc = board_storage_start();

	if (rc) {
		printf("storage: %s\n", block_error_text(rc));
		return NULL;
	}
	dev = uk_blkdev_get(0);
	rc = dev ? run(dev) : -ENODEV;
	if (rc < 0) {
		printf("storage: %s\n", blkdev_error_text(rc));
		return NULL;
	}
	return dev;
}

/* ---- Contents ---- */

static void fill(uint32_t seed, __sector sector, __sector count)
{
	uint32_t value = seed + (uint32_t)sector * SECTOR_WORDS;

	for (uint32_t i = 0; i < count * SECTOR_WORDS; i++)
		buffer[i] = value + i;
}

/* CRC-32 as of IEEE 802.3, and as zlib's; @p crc begins with 0. */
static uint32_t crc32(uint32_t crc, const uint8_t *data, size_t size)
{
	crc = ~crc;
	while (size--) {
		crc ^= *data++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
	}
	return ~crc;
}

static __sector batch(__sector left)
{
	return left < STORAGE_BATCH ? left : STORAGE_BATCH;
}

static void told(const char *what, int rc)
{
	printf("%s: %s\n", what, blkdev_error_text(rc));
}

void storage_read(struct uk_blkdev *dev, __sector sector, __sector count)
{
	__sector at = sector, left = count;
	uint32_t crc = 0;
	int rc;

	/* Nothing is asked of the device as well: it says what it thinks. */
	do {
		__sector now = batch(left);

		rc = uk_blkdev_sync_read(dev, 0, at, now, buffer);
		if (rc < 0) {
			told("read", rc);
			return;
		}
		crc = crc32(crc, (const uint8_t *)buffer,
			    now * BLOCK_SECTOR_SIZE);
		at += now;
		left -= now;
	} while (left);
	printf("read: %lu+%lu crc 0x%08x\n", sector, count, crc);
}

void storage_write(struct uk_blkdev *dev, __sector sector, __sector count,
		   uint32_t seed)
{
	__sector at = sector, left = count;
	int rc;

	do {
		__sector now = batch(left);

		fill(seed, at, now);
		rc = uk_blkdev_sync_write(dev, 0, at, now, buffer);
		if (rc < 0) {
			told("write", rc);
			return;
		}
		at += now;
		left -= now;
	} while (left);
	printf("write: %lu+%lu seed %u\n", sector, count, seed);
}

/* ---- Size and speed ---- */

void storage_info(struct uk_blkdev *dev)
{
	const struct block_counters *n = &blkdev_block(dev)->counters;

	printf("storage: %lu sectors of %lu bytes (%lu MiB), %s\n",
	       uk_blkdev_sectors(dev), uk_blkdev_ssize(dev),
	       uk_blkdev_size(dev) >> 20,
	       uk_blkdev_mode(dev) == O_RDONLY ? "read-only" : "read-write");
	printf("counters: %u reads %u writes %u retries %u crc %u timeouts "
	       "%u range %u medium %u removals %u failures\n",
	       n->reads, n->writes, n->retries, n->crc_errors, n->timeouts,
	       n->range_errors, n->medium_errors, n->removals, n->failures);
}

static int move(struct uk_blkdev *dev, enum uk_blkreq_op op, __sector sector,
		__sector count, __nsec *took)
{
	__nsec begin = ukplat_monotonic_clock();
	int rc = 0;

	while (!rc && count) {
		__sector now = batch(count);

		rc = uk_blkdev_sync_io(dev, 0, op, sector, now, buffer);
		sector += now;
		count -= now;
	}
	*took = ukplat_monotonic_clock() - begin;
	return rc;
}

/* Writes what it has read, so that it leaves the card as it was. */
void storage_bench(struct uk_blkdev *dev, __sector sector, __sector count)
{
	__sector bytes = batch(count) * BLOCK_SECTOR_SIZE;
	__nsec reading, writing;
	int rc = move(dev, UK_BLKREQ_READ, sector, batch(count), &reading);

	if (!rc)
		rc = move(dev, UK_BLKREQ_WRITE, sector, batch(count),
			  &writing);
	if (rc < 0) {
		told("bench", rc);
		return;
	}
	/* Bytes in a microsecond are MB in a second. */
	printf("bench: read %lu MB/s, write %lu MB/s, %lu sectors a request\n",
	       bytes * 1000 / reading, bytes * 1000 / writing, batch(count));
}
