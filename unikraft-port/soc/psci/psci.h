/* SPDX-License-Identifier: BSD-3-Clause */
/* Arm Power State Coordination Interface: the firmware's power switch. */
#ifndef __PSCI_H__
#define __PSCI_H__

#include <uk/essentials.h>

/* How the firmware is called; the wrong one is an undefined instruction. */
enum psci_conduit {
	PSCI_AUTO,	/* as the processor looks: psci.c says how */
	PSCI_SMC,	/* it runs at EL3: real boards with Trusted Firmware */
	PSCI_HVC,	/* it runs at EL2: most virtual machines */
};

struct psci {
	/* From the board: */
	enum psci_conduit conduit;
};

/* Both return only when the firmware refuses. */
void psci_power_off(struct psci *dev);
void psci_reset(struct psci *dev);

/* @return major version in bits 31:16, minor in 15:0; -ENOTSUP: no PSCI */
__s64 psci_version(struct psci *dev);

/*
 * Start core @p mpidr at physical address @p entry with @p context in x0.
 * @return 0; -EINVAL: no such core or address; -EEXIST: it is on or on its
 *	way; -ENOTSUP, -EPERM; -EIO: any other refusal
 */
int psci_cpu_on(struct psci *dev, __u64 mpidr, __u64 entry, __u64 context);

#endif /* __PSCI_H__ */
