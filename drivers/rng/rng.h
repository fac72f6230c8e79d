/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random numbers from hardware: what a driver of a source provides, and how
 * its numbers are had. Every word passes the health tests of NIST SP 800-90B,
 * 4.4, before anybody gets it. Nothing here makes up numbers: without a
 * source, or with one that failed, there is an error, and what to do then is
 * the caller's to decide.
 */
#ifndef DRIVERS_RNG_H
#define DRIVERS_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RNG_OK			0
#define RNG_ERR_NO_DEVICE	(-1)	/* this machine has no source */
#define RNG_ERR_TIMEOUT		(-2)	/* it gives no numbers */
#define RNG_ERR_HEALTH		(-3)	/* they are not random; for good */

struct rng;

struct rng_ops {
	/* The next 32 bits; waits a bounded time. Tasks only. RNG_* */
	int (*word)(struct rng *rng, uint32_t *word);
};

/* A member of a driver's own structure. */
struct rng {
	/* Set by the driver */
	const char *name;
	const struct rng_ops *ops;

	/* Kept by the health tests */
	uint32_t last, repeated;	/* the last word, how often in a row */
	uint32_t sample, seen, position; /* in the window */
	bool failed;
	uint32_t words;			/* that passed */
	uint32_t timeouts;
};

/*
 * Test a source, and make it this machine's; from a task. The words of the
 * test are thrown away. RNG_*.
 */
int rng_attach(struct rng *rng);

/* This machine's source; NULL: there is none. */
const struct rng *rng_source(void);

/*
 * Fill @p data; one task at a time, others wait. RNG_*; after an error
 * @p data is all zeros, which nobody should take for random.
 */
int rng_read(void *data, size_t size);

static inline const char *rng_error_text(int error)
{
	switch (error) {
	case RNG_OK:
		return "no error";
	case RNG_ERR_NO_DEVICE:
		return "this machine has no source of random numbers";
	case RNG_ERR_TIMEOUT:
		return "the source gives no numbers";
	case RNG_ERR_HEALTH:
		return "the source's numbers are not random";
	default:
		return "unknown error";
	}
}

#endif /* DRIVERS_RNG_H */
