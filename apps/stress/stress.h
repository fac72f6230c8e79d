/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An interrupt every few microseconds wakes a thread above all others, so
 * these are preempted at any place of what they call. Each case prints one
 * line, the program a last one:
 *
 *   T,stress.<case>,pass
 *   T,stress.<case>,fail,<file>:<line> <what does not hold>
 *   T,done,<passed>,<failed>,0
 */
#ifndef __STRESS_H__
#define __STRESS_H__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uk/essentials.h>
#include <uk/sched.h>

/* Workers, main(), who the interrupt wakes */
#define LEVEL_WORKER	2
#define LEVEL_ABOVE	3
#define LEVEL_MAIN	8
#define LEVEL_URGENT	9

void stress_check(bool holds, const char *what, const char *file, int line);
#define CHECK(x)	stress_check((x), #x, __FILE__, __LINE__)

/* A thread that counts as running until it calls stress_exit(). */
void stress_thread(uk_thread_fn1_t fn, void *arg, unsigned int level);
void stress_exit(void) __noreturn;

/* True until the case's number of interrupts has come. */
bool stress_goes_on(void);

/* Of a thread's own: 24 bits at a time */
uint32_t stress_random(uint32_t *state);

struct stress_case {
	const char *name;
	void (*start)(void);	/* make its threads */
	void (*urgent)(void);	/* in a thread above them, each interrupt */
	void (*end)(void);	/* was there what it wants to try? */
};

extern const struct stress_case allocator_case, waiting_case, births_case,
				fp_case;

/* fp_work.c: @p rounds of arithmetic in FP registers from @p seed. */
void fp_work(uint64_t seed, uint32_t rounds, uint64_t *result);

#endif /* __STRESS_H__ */
