/* SPDX-License-Identifier: BSD-3-Clause */
/* The card as this application uses it. */
#ifndef STORAGE_H
#define STORAGE_H

#include <uk/blkdev.h>

/* Sectors that are moved with one request */
#define STORAGE_BATCH	128U

/* The card that was found, running; or NULL, and why was printed. */
struct uk_blkdev *storage_open(void);

/* What the lines of the console ask for; each prints its result. */
void storage_info(struct uk_blkdev *dev);
void storage_read(struct uk_blkdev *dev, __sector sector, __sector count);
void storage_write(struct uk_blkdev *dev, __sector sector, __sector count,
		   uint32_t seed);
void storage_bench(struct uk_blkdev *dev, __sector sector, __sector count);

#endif /* STORAGE_H */
