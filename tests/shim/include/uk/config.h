/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of libraries that are built for the host. */
#define CONFIG_LIBUKNETDEV_MAXNBQUEUES	1
