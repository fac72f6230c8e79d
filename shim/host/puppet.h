/* SPDX-License-Identifier: BSD-3-Clause */
/* What a test sees of a puppet. Plain declarations: cffi reads them too. */
#ifndef SHIM_HOST_PUPPET_H
#define SHIM_HOST_PUPPET_H

#define PUPPET_CALLS 64 /* outstanding at one time */
#define PUPPET_ARGS 7

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

/* The body of a puppet task; also of a puppet that is a Unikraft thread. */
void puppet_main(void *arg);

/* An interrupt handler of FreeRTOS's kind: does what is posted. */
void puppet_isr(void *arg);

/* Append a call to what @p puppet does. */
void puppet_post(struct puppet *puppet, uint64_t function,
		 const uint64_t *args);

/* Bind a puppet to the task that was created for it. */
void puppet_bind(struct puppet *puppet, TaskHandle_t task);

/* Make a plain Unikraft thread a puppet. */
int puppet_thread_create(struct puppet *puppet, const char *name,
			 unsigned int level);

#endif /* SHIM_HOST_PUPPET_H */
