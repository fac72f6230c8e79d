/* SPDX-License-Identifier: BSD-3-Clause */
/* Our own bugs. */
#define UK_CRASH(...)
#define UK_ASSERT(...)
