/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cases of the self test. Each prints one line:
 *
 *   CASE <name> PASS
 *   CASE <name> FAIL <file>:<line> <condition>
 */
#ifndef __SELFTEST_H__
#define __SELFTEST_H__

#include <uk/essentials.h>
#include <uk/sched.h>

struct selftest_case {
	const char *name;
	void (*run)(void);
};

/* The first condition of a case that does not hold fails it. */
void selftest_check(bool holds, const char *condition, const char *file,
		    int line);
#define CHECK(x)	selftest_check((x), #x, __FILE__, __LINE__)

/* A thread with a priority, or the end of the self test. */
struct uk_thread *selftest_thread(uk_thread_fn1_t fn, void *arg,
				  unsigned int prio, const char *name);

/* Sleep, in microseconds. */
void selftest_sleep_us(__nsec us);

/* Priorities: main() runs at the scheduler's default. */
#define SELFTEST_LOW	0
#define SELFTEST_MAIN	1
#define SELFTEST_HIGH	2
#define SELFTEST_HIGHER	3

/* Run cases up to one without a name; return how many, and add those that @p failed. */
unsigned int selftest_run(const struct selftest_case *c, unsigned int *failed);

extern const struct selftest_case sched_cases[];
extern const struct selftest_case memory_cases[];
extern const struct selftest_case sync_cases[];
extern const struct selftest_case fp_cases[];

/* Provoke the crash that is called @p kind; returns if there is none such. */
void selftest_crash(const char *kind);

/* fp_work.c: @p rounds of arithmetic in FP registers from @p seed. */
void fp_work(__u64 seed, __u32 rounds, __u64 *result);

#endif /* __SELFTEST_H__ */
