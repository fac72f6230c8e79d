/* SPDX-License-Identifier: BSD-3-Clause */
/* Priorities of constructors and event handlers: 0 first, 9 last. */
#ifndef __UK_PRIO_H__
#define __UK_PRIO_H__

#define UK_PRIO_EARLIEST	0
#define UK_PRIO_LATEST		9

#endif /* __UK_PRIO_H__ */
