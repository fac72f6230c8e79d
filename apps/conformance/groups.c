/* SPDX-License-Identifier: BSD-3-Clause */
/* The groups of cases, in the order in which they run; wrap must be first. */
#include "groups.h"

const struct conformance_group conformance_groups[] = {
	{ "wrap", wrap_cases },
	{ "start", start_cases },
	{ "task", task_cases },
	{ "delay", delay_cases },
	{ "timeout", timeout_cases },
	{ "scheduler", scheduler_cases },
	{ "interrupt", interrupt_cases },
	{ "notify", notify_cases },
	{ "queue", queue_cases },
	{ "semaphore", semaphore_cases },
	{ "mutex", mutex_cases },
	{ "recursive", recursive_cases },
	{ "set", set_cases },
	{ "timer", timer_cases },
	{ "event", event_cases },
	{ "stream", stream_cases },
	{ "message", message_cases },
	{ "list", list_cases },
	{ "info", info_cases },
	{ "deleted", deleted_cases },
	{ "memory", memory_cases },
	{ "fp", fp_cases },
	{ "mixed", mixed_cases },
	{ NULL, NULL }
};
