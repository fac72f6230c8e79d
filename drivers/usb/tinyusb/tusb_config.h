/* SPDX-License-Identifier: BSD-3-Clause */
/* TinyUSB as a host on the DWC2 of Broadcom's SoCs, on FreeRTOS. */
#ifndef TUSB_CONFIG_H
#define TUSB_CONFIG_H

/* Stands for all three of Broadcom's: TinyUSB treats them alike */
#define CFG_TUSB_MCU			OPT_MCU_BCM2837
#define CFG_TUSB_OS			OPT_OS_FREERTOS
#define CFG_TUD_ENABLED			0
#define CFG_TUH_ENABLED			1
#define CFG_TUH_MAX_SPEED		OPT_MODE_HIGH_SPEED

/* QEMU models DMA only */
#define CFG_TUH_DWC2_DMA_ENABLE		1
#define CFG_TUH_DWC2_SLAVE_ENABLE	0
/* Caches and bus addresses are seen to where transfers enter the controller */
#define CFG_TUH_MEM_DCACHE_ENABLE	0
/* Of `DMA_LINE` in dma.h */
#define CFG_TUSB_MEM_ALIGN		__attribute__((aligned(64)))

/* QEMU puts a hub in front of a second device; two levels are enough */
#define CFG_TUH_HUB			2
#define CFG_TUH_DEVICE_MAX		4
#define CFG_TUH_INTERFACE_MAX		8
#define CFG_TUH_ENUMERATION_BUFSIZE	512
/* At most one transfer waits on each of the controller's 8 channels */
#define CFG_TUH_TASK_QUEUE_SZ		16
/* Completions go to the class driver that opened the endpoint */
#define CFG_TUH_API_EDPT_XFER		0

#endif /* TUSB_CONFIG_H */
