/* SPDX-License-Identifier: BSD-3-Clause */
/* The configuration of an image with block devices, for the host core. */
#define CONFIG_LIBUKBLKDEV_MAXNBQUEUES 1
#define CONFIG_LIBUKBLKDEV_SYNC_IO_BLOCKED_WAITING 0
#define CONFIG_LIBBLKDEV_PRIORITY 3
