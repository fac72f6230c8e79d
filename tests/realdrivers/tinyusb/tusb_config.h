/* SPDX-License-Identifier: BSD-3-Clause */
/* TinyUSB as a host on the DWC2 of a BCM2711, on FreeRTOS. */
#ifndef TUSB_CONFIG_H
#define TUSB_CONFIG_H

#define CFG_TUSB_MCU			OPT_MCU_BCM2711
#define CFG_TUSB_OS			OPT_OS_FREERTOS
#define CFG_TUD_ENABLED			0
#define CFG_TUH_ENABLED			1
#define CFG_TUH_MAX_SPEED		OPT_MODE_HIGH_SPEED
#define CFG_TUH_DWC2_DMA_ENABLE		1
#define CFG_TUH_DWC2_SLAVE_ENABLE	0
#define CFG_TUH_HUB			1
#define CFG_TUH_DEVICE_MAX		4
#define CFG_TUH_ENUMERATION_BUFSIZE	512
#define CFG_TUH_API_EDPT_XFER		1
#define CFG_TUSB_MEM_ALIGN		__attribute__((aligned(64)))

#endif /* TUSB_CONFIG_H */
