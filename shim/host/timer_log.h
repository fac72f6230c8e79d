/* SPDX-License-Identifier: BSD-3-Clause */
/* What the timer task called. Plain declarations: cffi reads them. */
#ifndef SHIM_HOST_TIMER_LOG_H
#define SHIM_HOST_TIMER_LOG_H

struct host_callback {
	void *object;		/* the timer, or a pended call's first argument */
	TaskHandle_t task;	/* that made the call */
	TickType_t tick;
	uint32_t value;		/* the next expiry, or the second argument */
	BaseType_t active;
};

struct host_callback *host_callbacks(void);
uint32_t host_callback_count(void);

/* A timer's callback. Its id, if any, is a puppet: makes the calls posted. */
void host_timer_callback(TimerHandle_t timer);

/* A function to pend. */
void host_pended(void *object, uint32_t value);

#endif /* SHIM_HOST_TIMER_LOG_H */
