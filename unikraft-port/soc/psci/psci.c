/* SPDX-License-Identifier: BSD-3-Clause */
/* Arm Power State Coordination Interface: Arm DEN 0022. */
#include <errno.h>
#include <uk/arch/lcpu.h>

#include "psci.h"
#include "psci_call.h"

/* Arm DEN 0022, chapter 5: function identifiers */
#define PSCI_VERSION		0x84000000U
#define PSCI_SYSTEM_OFF		0x84000008U
#define PSCI_SYSTEM_RESET	0x84000009U
#define PSCI_CPU_ON_64		0xc4000003U

/* Arm DEN 0022, 5.2.2: return error codes */
#define PSCI_SUCCESS		0
#define PSCI_NOT_SUPPORTED	(-1)
#define PSCI_INVALID_PARAMETERS	(-2)
#define PSCI_DENIED		(-3)
#define PSCI_ALREADY_ON		(-4)
#define PSCI_ON_PENDING		(-5)
#define PSCI_INVALID_ADDRESS	(-9)

/* Arm DDI 0487, ID_AA64PFR0_EL1: EL2 in bits 11:8, EL3 in bits 15:12 */
#define ID_AA64PFR0_EL2_EL3	0xff00U

/*
 * Whoever leaves a system without EL2 and EL3 to us sits in EL2 itself and
 * is called by HVC. Where there is an EL3, its firmware is called by SMC.
 * Where there is an EL2 without EL3, it was ours, so that HVC would end in
 * our own vectors, and again (QEMU's virt with virtualization=on) it is SMC.
 */
static enum psci_conduit psci_conduit(const struct psci *dev)
{
	if (dev->conduit != PSCI_AUTO)
		return dev->conduit;
	if (SYSREG_READ64(id_aa64pfr0_el1) & ID_AA64PFR0_EL2_EL3)
		return PSCI_SMC;
	return PSCI_HVC;
}

/* DEN 0022, 5.2.1: results of 32-bit calls are 32 bits, upper ones open */
static __s64 psci_call(const struct psci *dev, __u64 function, __u64 a,
		       __u64 b, __u64 c)
{
	__s64 rc = psci_conduit(dev) == PSCI_HVC ?
		psci_call_hvc(function, a, b, c) :
		psci_call_smc(function, a, b, c);

	return (__s32)rc;
}

static int psci_errno(__s64 rc)
{
	switch (rc) {
	case PSCI_SUCCESS:
		return 0;
	case PSCI_NOT_SUPPORTED:
		return -ENOTSUP;
	case PSCI_INVALID_PARAMETERS:
	case PSCI_INVALID_ADDRESS:
		return -EINVAL;
	case PSCI_DENIED:
		return -EPERM;
	case PSCI_ALREADY_ON:
	case PSCI_ON_PENDING:
		return -EEXIST;
	default:
		return -EIO;
	}
}

void psci_power_off(struct psci *dev)
{
	psci_call(dev, PSCI_SYSTEM_OFF, 0, 0, 0);
}

void psci_reset(struct psci *dev)
{
	psci_call(dev, PSCI_SYSTEM_RESET, 0, 0, 0);
}

__s64 psci_version(struct psci *dev)
{
	__s64 version = psci_call(dev, PSCI_VERSION, 0, 0, 0);

	/* Arm DEN 0022, 5.3.1: bit 31 is never set by a version */
	return version < 0 ? -ENOTSUP : version;
}

int psci_cpu_on(struct psci *dev, __u64 mpidr, __u64 entry, __u64 context)
{
	return psci_errno(psci_call(dev, PSCI_CPU_ON_64, mpidr, entry,
				    context));
}
