/* SPDX-License-Identifier: BSD-3-Clause */
/* What the parts of the host core know of each other. */
#ifndef SHIM_HOST_CORE_H
#define SHIM_HOST_CORE_H

/* glibc's printf and a sanitizer need more than a task's few KiB. */
#define HOST_STACK_BYTES	(256 * 1024)

/* What uk_alloc_get_default() returns. */
extern struct uk_alloc host_heap;

/* Interrupts are masked. */
extern bool host_masked;

/* A thread runs, also while a handler does; else who drives this world. */
bool host_in_thread(void);

/* When the first thread that waits for a time is due, or NEVER. */
__nsec host_sleeper_next(void);

/* Wake those whose time has come. */
void host_sleepers_wake(__nsec now);

/* Let the equals of the running thread go first. */
void host_slice_end(void);

/* The running thread never runs again. */
void host_stop_current(void) __noreturn;

/* The running handler goes no further. */
void host_handler_leave(void) __noreturn;

#endif /* SHIM_HOST_CORE_H */
