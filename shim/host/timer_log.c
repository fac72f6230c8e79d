/* SPDX-License-Identifier: BSD-3-Clause */
/* What the timer task calls, written down; and what a test makes it do then. */
#include <stdlib.h>

#include "shim.h"
#include "puppet.h"
#include "timer_log.h"

#define HOST_CALLBACKS	64

static struct host_callback callbacks[HOST_CALLBACKS];
static uint32_t callback_count;

struct host_callback *host_callbacks(void)
{
	return callbacks;
}

uint32_t host_callback_count(void)
{
	return callback_count;
}

static struct host_callback *callback_log(void *object, uint32_t value)
{
	struct host_callback *callback = &callbacks[callback_count++];

	if (callback_count > HOST_CALLBACKS)
		abort();
	callback->object = object;
	callback->value = value;
	callback->tick = xTaskGetTickCount();
	callback->task = xTaskGetCurrentTaskHandle();
	return callback;
}

void host_timer_callback(TimerHandle_t timer)
{
	callback_log(timer, xTimerGetExpiryTime(timer))->active =
		xTimerIsTimerActive(timer);
	if (pvTimerGetTimerID(timer))
		puppet_isr(pvTimerGetTimerID(timer));
}

void host_pended(void *object, uint32_t value)
{
	callback_log(object, value);
}
