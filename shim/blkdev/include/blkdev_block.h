/* SPDX-License-Identifier: BSD-3-Clause */
/* Behind a uk_blkdev of this library: the driver's device. */
#ifndef BLKDEV_BLOCK_H
#define BLKDEV_BLOCK_H

struct block_device;
struct uk_blkdev;

/* The device that drivers/block/block.h describes, with its counters. */
const struct block_device *blkdev_block(const struct uk_blkdev *dev);

/* The negative error number that users of a uk_blkdev get for a BLOCK_*. */
int blkdev_errno(int error);

/* What such an error number is called in a message. */
const char *blkdev_error_text(int error);

#endif /* BLKDEV_BLOCK_H */
