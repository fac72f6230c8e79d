/* SPDX-License-Identifier: BSD-3-Clause */
/* Watchdogs: what a driver of one provides and what its users call. */
#ifndef DRIVERS_WATCHDOG_H
#define DRIVERS_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#define WATCHDOG_OK		0
#define WATCHDOG_ERR_RANGE	(-1)	/* it cannot count that long */
#define WATCHDOG_ERR_STOPPED	(-2)	/* it does not run */

/* Why this run began */
enum watchdog_reason {
	WATCHDOG_REASON_UNKNOWN,	/* the hardware does not tell */
	WATCHDOG_REASON_POWER_ON,
	WATCHDOG_REASON_SOFTWARE,
	WATCHDOG_REASON_WATCHDOG,	/* it bit, or was used for a reset */
};

struct watchdog;

/* None waits; from any context. Times are those that were asked for. */
struct watchdog_ops {
	void (*start)(struct watchdog *watchdog, uint32_t seconds);
	void (*stop)(struct watchdog *watchdog);
	enum watchdog_reason (*reason)(struct watchdog *watchdog);
};

/* A member of a driver's own structure. */
struct watchdog {
	/* Set by the driver */
	const char *name;
	const struct watchdog_ops *ops;
	uint32_t max_seconds;

	uint32_t seconds;	/* as started; 0: stopped */
};

/* From now on the board is reset unless watchdog_kick() comes in time. */
static inline int watchdog_start(struct watchdog *watchdog, uint32_t seconds)
{
	if (!seconds || seconds > watchdog->max_seconds)
		return WATCHDOG_ERR_RANGE;
	watchdog->seconds = seconds;
	watchdog->ops->start(watchdog, seconds);
	return WATCHDOG_OK;
}

/* Begin to count anew. */
static inline int watchdog_kick(struct watchdog *watchdog)
{
	if (!watchdog->seconds)
		return WATCHDOG_ERR_STOPPED;
	watchdog->ops->start(watchdog, watchdog->seconds);
	return WATCHDOG_OK;
}

static inline void watchdog_stop(struct watchdog *watchdog)
{
	watchdog->seconds = 0;
	watchdog->ops->stop(watchdog);
}

static inline enum watchdog_reason watchdog_reason(struct watchdog *watchdog)
{
	return watchdog->ops->reason(watchdog);
}

static inline const char *watchdog_reason_text(enum watchdog_reason reason)
{
	static const char *const texts[] = {
		[WATCHDOG_REASON_UNKNOWN] = "unknown",
		[WATCHDOG_REASON_POWER_ON] = "power-on",
		[WATCHDOG_REASON_SOFTWARE] = "software",
		[WATCHDOG_REASON_WATCHDOG] = "watchdog",
	};

	return texts[reason];
}

#endif /* DRIVERS_WATCHDOG_H */
