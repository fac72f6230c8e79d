/* SPDX-License-Identifier: BSD-3-Clause */
/* Functions that the core calls before main(), by class and priority. */
#ifndef _UK_INIT_H
#define _UK_INIT_H

#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/prio.h>

struct uk_init_ctx {
	struct {
		int argc;
		char **argv;
	} cmdline;
};

struct uk_term_ctx {
	enum ukplat_gstate target;
};

typedef int (*uk_init_func_t)(struct uk_init_ctx *);
typedef void (*uk_term_func_t)(const struct uk_term_ctx *);

struct uk_inittab_entry {
	uk_init_func_t init;
	uk_term_func_t term;
};

#define __UK_INITTAB_ENTRY(init_fn, term_fn, class, prio)		\
	static const struct uk_inittab_entry				\
	__used __section(".uk_inittab" #class #prio) __align(8)		\
	__uk_inittab##class##prio##_##init_fn##_##term_fn = {		\
		.init = (init_fn),					\
		.term = (term_fn)					\
	}
#define uk_initcall_class_prio(init_fn, term_fn, class, prio) \
	__UK_INITTAB_ENTRY(init_fn, term_fn, class, prio)

#define uk_early_initcall_prio(fn, term, prio) \
	uk_initcall_class_prio(fn, term, 1, prio)
#define uk_plat_initcall_prio(fn, term, prio) \
	uk_initcall_class_prio(fn, term, 2, prio)
#define uk_lib_initcall_prio(fn, term, prio) \
	uk_initcall_class_prio(fn, term, 3, prio)
#define uk_late_initcall_prio(fn, term, prio) \
	uk_initcall_class_prio(fn, term, 6, prio)
#define uk_early_initcall(fn, term)	uk_early_initcall_prio(fn, term, 9)
#define uk_plat_initcall(fn, term)	uk_plat_initcall_prio(fn, term, 9)
#define uk_lib_initcall(fn, term)	uk_lib_initcall_prio(fn, term, 9)
#define uk_late_initcall(fn, term)	uk_late_initcall_prio(fn, term, 9)

#endif /* _UK_INIT_H */
