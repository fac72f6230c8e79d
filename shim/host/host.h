/* SPDX-License-Identifier: BSD-3-Clause */
/* What a test does to a world. Plain declarations: cffi reads them too. */
#ifndef SHIM_HOST_H
#define SHIM_HOST_H

/* Begin a fresh world; the one before is gone. Returns its number. */
unsigned long host_begin(void);

/* The number of the world that is there. */
unsigned long host_world(void);

/* Run every ready thread until none is; from outside all threads. */
void host_run(void);

/* Let @p ns of virtual time pass, with what becomes due in it. */
void host_advance(unsigned long ns);

/* Let time pass while a thread runs: deadlines just pass, alarms fire. */
void host_spend(unsigned long ns);

/* Let the running thread work so long; what becomes due preempts it. */
void host_work(unsigned long ns);

/* The rest of a thread that only spins: until the outside runs again. */
void host_idle(void);

/* Raise an interrupt: now, or when the mask is lifted. */
void host_raise(unsigned int irq);

/* End the slice of the running thread, as its timer would. */
void host_slice(void);

#define HOST_INJECTIONS 64
#define HOST_SLICE 255

/* At the @p point-th unmasking of a thread: an interrupt, or HOST_SLICE. */
struct host_injection {
	uint32_t point;
	uint32_t irq;
};

/* Let these happen, in order of their points, which count from now. */
void host_inject(const struct host_injection *list, unsigned int count);

/* How many points there were since. */
unsigned long host_points(void);

/* Let @p n more allocations succeed and then none; -1: all succeed. */
void host_fail_after(long n);

/* Whether the lists of threads are consistent; if not, it is printed. */
void host_check(void);

long host_live_blocks(void);

/* What was printed since the last call. */
const char *host_output(void);

int ukplat_lcpu_irqs_disabled(void);

#endif /* SHIM_HOST_H */
