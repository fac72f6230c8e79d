/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DWC2 registers that are used beside TinyUSB, which knows them all. Linux,
 * drivers/usb/dwc2/hw.h: names and offsets.
 */
#ifndef DWC2_REGS_H
#define DWC2_REGS_H

#include <stddef.h>
#include <stdint.h>

struct dwc2_channel_regs {
	uint32_t hcchar;
	uint32_t hcsplt;
	uint32_t hcint;
	uint32_t hcintmsk;
	uint32_t hctsiz;
	uint32_t hcdma;
	uint32_t reserved[2];
};

struct dwc2_registers {
	uint32_t reserved0[5];
	uint32_t gintsts;
	uint32_t reserved1[10];
	uint32_t gsnpsid;
	uint32_t ghwcfg1;
	uint32_t ghwcfg2;
	uint32_t reserved2[301];
	struct dwc2_channel_regs channel[16];
};

_Static_assert(offsetof(struct dwc2_registers, gintsts) == 0x14, "GINTSTS");
_Static_assert(offsetof(struct dwc2_registers, gsnpsid) == 0x40, "GSNPSID");
_Static_assert(offsetof(struct dwc2_registers, ghwcfg2) == 0x48, "GHWCFG2");
_Static_assert(offsetof(struct dwc2_registers, channel) == 0x500, "HCCHAR0");
_Static_assert(sizeof(struct dwc2_channel_regs) == 0x20, "a channel");

#define DWC2_GINTSTS_SOF	(1U << 3)

/* Core identifier "OT" in the upper half */
#define DWC2_GSNPSID_MASK	0xffff0000U
#define DWC2_GSNPSID_OTG	0x4f540000U

#define DWC2_GHWCFG2_CHANNELS(value)	((((value) >> 14) & 0xfU) + 1)

#define DWC2_HCCHAR_DEVICE(value)	(((value) >> 22) & 0x7fU)
#define DWC2_HCCHAR_CHDIS	(1U << 30)
#define DWC2_HCCHAR_CHENA	(1U << 31)

#endif /* DWC2_REGS_H */
