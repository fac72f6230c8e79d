/* SPDX-License-Identifier: BSD-3-Clause */
/* Block devices: what a driver of one provides and what its users call. */
#ifndef DRIVERS_BLOCK_H
#define DRIVERS_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "FreeRTOS.h"
#include "semphr.h"

#define BLOCK_SECTOR_SIZE	512U

#define BLOCK_OK		0
#define BLOCK_ERR_ARGUMENT	(-1)	/* beyond the end, or nothing at all */
#define BLOCK_ERR_NO_MEDIUM	(-2)	/* there is none */
#define BLOCK_ERR_REMOVED	(-3)	/* it went away in the middle */
#define BLOCK_ERR_CHANGED	(-4)	/* another one is there now */
#define BLOCK_ERR_TIMEOUT	(-5)	/* it did not finish in time */
#define BLOCK_ERR_CRC		(-6)	/* damaged on the way, twice */
#define BLOCK_ERR_RANGE		(-7)	/* smaller than it says it is */
#define BLOCK_ERR_MEDIUM	(-8)	/* it says that it failed */
#define BLOCK_ERR_READ_ONLY	(-9)
#define BLOCK_ERR_UNSUPPORTED	(-10)	/* of a kind we do not drive */
#define BLOCK_ERR_CONTROLLER	(-11)	/* its controller does not work */
#define BLOCK_ERR_NO_INTERRUPT	(-12)	/* it does, but does not say so */
#define BLOCK_ERR_MEMORY	(-13)

struct block_device;

/* Called with the device locked and the range checked; tasks only. */
struct block_ops {
	/* @p count sectors from @p sector on; any alignment of @p data. */
	int (*read)(struct block_device *dev, uint64_t sector, uint32_t count,
		    void *data);
	/* When it returns, the medium has them. */
	int (*write)(struct block_device *dev, uint64_t sector, uint32_t count,
		     const void *data);
};

/* Since the start; a driver counts, anyone reads. */
struct block_counters {
	uint32_t reads, writes;		/* requests */
	uint64_t sectors_read, sectors_written;
	uint32_t retries;		/* requests that took a second try */
	uint32_t crc_errors;
	uint32_t timeouts;
	uint32_t range_errors;
	uint32_t medium_errors;		/* the medium said so */
	uint32_t removals;
	uint32_t failures;		/* requests that failed in the end */
};

/* Part of a driver's own structure. */
struct block_device {
	/* Set by the driver before block_attach() */
	const char *name;
	const struct block_ops *ops;
	uint64_t sectors;		/* of BLOCK_SECTOR_SIZE bytes */
	bool read_only;

	struct block_counters counters;
	SemaphoreHandle_t lock;
	StaticSemaphore_t lock_memory;
};

/*
 * Offer a device to its users, once it is known to be there; from a task.
 * It stays attached for good: one whose medium goes away fails its requests.
 * BLOCK_OK, or BLOCK_ERR_MEMORY. Provided by whoever uses block devices.
 */
int block_attach(struct block_device *dev);

/* For drivers, before block_attach(). */
static inline void block_init(struct block_device *dev,
			      const struct block_ops *ops)
{
	dev->ops = ops;
	dev->lock = xSemaphoreCreateMutexStatic(&dev->lock_memory);
}

static inline bool block_holds(const struct block_device *dev,
			       uint64_t sector, uint32_t count)
{
	return count && sector < dev->sectors && count <= dev->sectors - sector;
}

/*
 * Read sectors; waits while others use the device and for the medium.
 * BLOCK_OK, or an error; after one, what @p data holds is not said.
 */
static inline int block_read(struct block_device *dev, uint64_t sector,
			     uint32_t count, void *data)
{
	int rc;

	if (!block_holds(dev, sector, count))
		return BLOCK_ERR_ARGUMENT;
	xSemaphoreTake(dev->lock, portMAX_DELAY);
	dev->counters.reads++;
	rc = dev->ops->read(dev, sector, count, data);
	if (rc)
		dev->counters.failures++;
	else
		dev->counters.sectors_read += count;
	xSemaphoreGive(dev->lock);
	return rc;
}

/* Write sectors, as block_read(); after an error any of them may be written. */
static inline int block_write(struct block_device *dev, uint64_t sector,
			      uint32_t count, const void *data)
{
	int rc;

	if (!block_holds(dev, sector, count))
		return BLOCK_ERR_ARGUMENT;
	if (dev->read_only)
		return BLOCK_ERR_READ_ONLY;
	xSemaphoreTake(dev->lock, portMAX_DELAY);
	dev->counters.writes++;
	rc = dev->ops->write(dev, sector, count, data);
	if (rc)
		dev->counters.failures++;
	else
		dev->counters.sectors_written += count;
	xSemaphoreGive(dev->lock);
	return rc;
}

/* What an error is called in a message. */
static inline const char *block_error_text(int error)
{
	static const char *const texts[] = {
		"no error", "no such sectors", "no card",
		"the card was removed", "another card is there",
		"the card does not finish", "data damaged on the way",
		"the card is smaller than it says", "the card failed",
		"the card is read-only", "a card of an unknown kind",
		"the controller does not work",
		"the controller's interrupt does not come", "no memory",
	};

	if (error > 0 || error <= -(int)(sizeof(texts) / sizeof(texts[0])))
		return "unknown error";
	return texts[-error];
}

#endif /* DRIVERS_BLOCK_H */
