/* SPDX-License-Identifier: BSD-3-Clause */
/* The host core: a flag says whether an interrupt handler runs. */
#ifndef SHIM_PORT_HOST_H
#define SHIM_PORT_HOST_H

#define SHIM_STACK_MIN_BYTES	512

static inline bool shim_in_isr(void)
{
	return host_in_isr;
}

#endif /* SHIM_PORT_HOST_H */
