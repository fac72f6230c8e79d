/* SPDX-License-Identifier: BSD-3-Clause */
/* What a test sees of a puppet. */
#ifndef SHIM_HOST_PUPPET_H
#define SHIM_HOST_PUPPET_H

#define PUPPET_CALLS	64	/* outstanding at one time */
#define PUPPET_ARGS	7

struct puppet_call {
	uint64_t function;
	uint64_t args[PUPPET_ARGS];
	uint64_t result;
};

struct puppet {
	struct uk_thread *thread;
	TaskHandle_t task;	/* NULL: a Unikraft thread or a handler */
	uint32_t posted;
	uint32_t done;
	_Bool parked;
	struct puppet_call calls[PUPPET_CALLS];
};

#endif /* SHIM_HOST_PUPPET_H */
