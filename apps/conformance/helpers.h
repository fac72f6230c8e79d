/* SPDX-License-Identifier: BSD-3-Clause */
/* What run.c needs of helpers.c. */
#ifndef __HELPERS_H__
#define __HELPERS_H__

#include <stdbool.h>

/* Once, before the scheduler starts. False: no interrupt can be had. */
bool helpers_init(void);

/* Once, in a task: fill what keeps memory for later, such as stacks. */
void helpers_warm_up(void);

/* After each case: end its workers, give back what it starved. */
void helpers_reset(void);

#endif /* __HELPERS_H__ */
