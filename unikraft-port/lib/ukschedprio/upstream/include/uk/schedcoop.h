/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Unikraft's boot knows one scheduler, by this header and this name. With
 * lib/ukschedcoop excluded from the build, both are ours.
 */
#ifndef __UK_SCHEDCOOP_H__
#define __UK_SCHEDCOOP_H__

#include <uk/alloc.h>
#include <uk/sched.h>

struct uk_sched *uk_schedcoop_create(struct uk_alloc *a,
				     struct uk_alloc *a_stack,
				     struct uk_alloc *a_auxstack,
				     struct uk_alloc *a_uktls);

#endif /* __UK_SCHEDCOOP_H__ */
