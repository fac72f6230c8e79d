/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of the GICv2: Arm IHI 0048B, chapter 4, "Programmers' model". */
#ifndef __GICV2_REGS_H__
#define __GICV2_REGS_H__

#include <uk/essentials.h>

/* Arm IHI 0048B, table 4-1: Distributor register map */
struct gicv2_dist_regs {
	__u32 ctlr;		/* 0x000 Distributor Control Register */
	__u32 typer;		/* 0x004 Interrupt Controller Type Register */
	__u32 iidr;		/* 0x008 Distributor Implementer Identification
				 *       Register
				 */
	__u32 reserved_00c[29];
	__u32 igroupr[32];	/* 0x080 Interrupt Group Registers */
	__u32 isenabler[32];	/* 0x100 Interrupt Set-Enable Registers */
	__u32 icenabler[32];	/* 0x180 Interrupt Clear-Enable Registers */
	__u32 ispendr[32];	/* 0x200 Interrupt Set-Pending Registers */
	__u32 icpendr[32];	/* 0x280 Interrupt Clear-Pending Registers */
	__u32 isactiver[32];	/* 0x300 Interrupt Set-Active Registers */
	__u32 icactiver[32];	/* 0x380 Interrupt Clear-Active Registers */
	__u32 ipriorityr[256];	/* 0x400 Interrupt Priority Registers */
	__u32 itargetsr[256];	/* 0x800 Interrupt Processor Targets Registers */
	__u32 icfgr[64];	/* 0xc00 Interrupt Configuration Registers */
	__u32 reserved_d00[128];
	__u32 sgir;		/* 0xf00 Software Generated Interrupt Register */
};
_Static_assert(offsetof(struct gicv2_dist_regs, igroupr) == 0x080, "IGROUP");
_Static_assert(offsetof(struct gicv2_dist_regs, isenabler) == 0x100, "ISEN");
_Static_assert(offsetof(struct gicv2_dist_regs, icenabler) == 0x180, "ICEN");
_Static_assert(offsetof(struct gicv2_dist_regs, icpendr) == 0x280, "ICPEND");
_Static_assert(offsetof(struct gicv2_dist_regs, icactiver) == 0x380, "ICACT");
_Static_assert(offsetof(struct gicv2_dist_regs, ipriorityr) == 0x400, "IPRIO");
_Static_assert(offsetof(struct gicv2_dist_regs, itargetsr) == 0x800, "ITARG");
_Static_assert(offsetof(struct gicv2_dist_regs, icfgr) == 0xc00, "ICFGR");
_Static_assert(offsetof(struct gicv2_dist_regs, sgir) == 0xf00, "SGIR");

/* Arm IHI 0048B, table 4-2: CPU interface register map */
struct gicv2_cpu_regs {
	__u32 ctlr;		/* 0x00 CPU Interface Control Register */
	__u32 pmr;		/* 0x04 Interrupt Priority Mask Register */
	__u32 bpr;		/* 0x08 Binary Point Register */
	__u32 iar;		/* 0x0c Interrupt Acknowledge Register */
	__u32 eoir;		/* 0x10 End of Interrupt Register */
	__u32 rpr;		/* 0x14 Running Priority Register */
	__u32 hppir;		/* 0x18 Highest Priority Pending Interrupt
				 *      Register
				 */
};
_Static_assert(offsetof(struct gicv2_cpu_regs, pmr) == 0x04, "PMR");
_Static_assert(offsetof(struct gicv2_cpu_regs, iar) == 0x0c, "IAR");
_Static_assert(offsetof(struct gicv2_cpu_regs, eoir) == 0x10, "EOIR");

/*
 * Arm IHI 0048B, 4.3.1 and 4.4.1: GICD_CTLR, GICC_CTLR. Bit 0 enables the
 * group that the caller sees: group 0 in secure state or without Security
 * Extensions, group 1 in non-secure state.
 */
#define GICV2_CTLR_ENABLE		(1U << 0)
#define GICV2_CTLR_ENABLE_GRP1		(1U << 1)	/* secure view only */

/* Arm IHI 0048B, 4.4.1: GICC_CTLR, secure view */
#define GICV2_GICC_CTLR_FIQEN		(1U << 3)

/* Arm IHI 0048B, 4.3.2: GICD_TYPER */
#define GICV2_TYPER_LINES(typer)	((((typer) & 0x1fU) + 1) * 32)
#define GICV2_TYPER_SECURITY_EXTN	(1U << 10)

/* Arm IHI 0048B, 4.3.13: GICD_ICFGR, two bits for each interrupt */
#define GICV2_ICFGR_EDGE		2U

/* Arm IHI 0048B, 4.3.15: GICD_SGIR */
#define GICV2_SGIR_TARGET_SELF		(2U << 24)

/* Arm IHI 0048B, 4.4.2: GICC_PMR; the lowest priority passes */
#define GICV2_PMR_ALL			0xffU

/* Arm IHI 0048B, 4.4.4: GICC_IAR; 1020 to 1023 are no interrupts (3.2.5) */
#define GICV2_IAR_ID			0x3ffU
#define GICV2_ID_SPECIAL		1020

/* Arm IHI 0048B, 2.2.1: 16 SGIs, 16 PPIs, then SPIs up to 1019 */
#define GICV2_SGI_COUNT			16
#define GICV2_SPI_BASE			32
#define GICV2_LINES_MAX			1020

#endif /* __GICV2_REGS_H__ */
