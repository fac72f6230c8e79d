/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers and rings of devices behind virtio-mmio.
 * Sections are those of Virtual I/O Device (VIRTIO) Version 1.2.
 */
#ifndef VIRTIO_MMIO_REGS_H
#define VIRTIO_MMIO_REGS_H

#include <stddef.h>
#include <stdint.h>

/* VIRTIO 1.2, 4.2.2: MMIO Device Register Layout; 4.2.4: Legacy interface */
struct virtio_mmio_regs {
	uint32_t magic;			/* 0x000 MagicValue */
	uint32_t version;		/* 0x004 Version */
	uint32_t device_id;		/* 0x008 DeviceID */
	uint32_t vendor_id;		/* 0x00c VendorID */
	uint32_t device_features;	/* 0x010 DeviceFeatures */
	uint32_t device_features_sel;	/* 0x014 DeviceFeaturesSel */
	uint32_t reserved0[2];
	uint32_t driver_features;	/* 0x020 DriverFeatures */
	uint32_t driver_features_sel;	/* 0x024 DriverFeaturesSel */
	uint32_t guest_page_size;	/* 0x028 GuestPageSize (legacy) */
	uint32_t reserved1;
	uint32_t queue_sel;		/* 0x030 QueueSel */
	uint32_t queue_num_max;		/* 0x034 QueueNumMax */
	uint32_t queue_num;		/* 0x038 QueueNum */
	uint32_t queue_align;		/* 0x03c QueueAlign (legacy) */
	uint32_t queue_pfn;		/* 0x040 QueuePFN (legacy) */
	uint32_t queue_ready;		/* 0x044 QueueReady */
	uint32_t reserved2[2];
	uint32_t queue_notify;		/* 0x050 QueueNotify */
	uint32_t reserved3[3];
	uint32_t interrupt_status;	/* 0x060 InterruptStatus */
	uint32_t interrupt_ack;		/* 0x064 InterruptACK */
	uint32_t reserved4[2];
	uint32_t status;		/* 0x070 Status */
	uint32_t reserved5[3];
	uint32_t queue_desc_low;	/* 0x080 QueueDescLow */
	uint32_t queue_desc_high;	/* 0x084 QueueDescHigh */
	uint32_t reserved6[2];
	uint32_t queue_driver_low;	/* 0x090 QueueDriverLow */
	uint32_t queue_driver_high;	/* 0x094 QueueDriverHigh */
	uint32_t reserved7[2];
	uint32_t queue_device_low;	/* 0x0a0 QueueDeviceLow */
	uint32_t queue_device_high;	/* 0x0a4 QueueDeviceHigh */
	uint32_t reserved8[21];
	uint32_t config_generation;	/* 0x0fc ConfigGeneration */
	/* VIRTIO 1.2, 5.1.4: Device configuration layout of a network device */
	uint8_t mac[6];			/* 0x100 mac */
	uint16_t net_status;		/* 0x106 status */
};
#define VIRTIO_REG_AT(name, offset) \
	_Static_assert(offsetof(struct virtio_mmio_regs, name) == (offset), \
		       #name)
VIRTIO_REG_AT(device_features, 0x010);
VIRTIO_REG_AT(driver_features, 0x020);
VIRTIO_REG_AT(guest_page_size, 0x028);
VIRTIO_REG_AT(queue_sel, 0x030);
VIRTIO_REG_AT(queue_align, 0x03c);
VIRTIO_REG_AT(queue_pfn, 0x040);
VIRTIO_REG_AT(queue_ready, 0x044);
VIRTIO_REG_AT(queue_notify, 0x050);
VIRTIO_REG_AT(interrupt_status, 0x060);
VIRTIO_REG_AT(status, 0x070);
VIRTIO_REG_AT(queue_desc_low, 0x080);
VIRTIO_REG_AT(queue_driver_low, 0x090);
VIRTIO_REG_AT(queue_device_low, 0x0a0);
VIRTIO_REG_AT(config_generation, 0x0fc);
VIRTIO_REG_AT(mac, 0x100);
VIRTIO_REG_AT(net_status, 0x106);

/* From one device to the next: Linux, arch/arm64: virtio_mmio nodes of the
 * machine's device tree, reg = <... 0x200>
 */
#define VIRTIO_MMIO_STRIDE		0x200U

/* VIRTIO 1.2, 4.2.2: "virt", little-endian */
#define VIRTIO_MMIO_MAGIC		0x74726976U
/* VIRTIO 1.2, 4.2.2 and 4.2.4: Version */
#define VIRTIO_MMIO_LEGACY		1U
#define VIRTIO_MMIO_MODERN		2U
/* VIRTIO 1.2, 5: Device types; 0 is an empty place (4.2.2) */
#define VIRTIO_ID_NET			1U
#define VIRTIO_ID_ENTROPY		4U

/* VIRTIO 1.2, 2.1: Device status field */
#define VIRTIO_STATUS_ACKNOWLEDGE	(1U << 0)
#define VIRTIO_STATUS_DRIVER		(1U << 1)
#define VIRTIO_STATUS_DRIVER_OK		(1U << 2)
#define VIRTIO_STATUS_FEATURES_OK	(1U << 3)
#define VIRTIO_STATUS_NEEDS_RESET	(1U << 6)
#define VIRTIO_STATUS_FAILED		(1U << 7)

/* VIRTIO 1.2, 4.2.2: InterruptStatus */
#define VIRTIO_INT_RING			(1U << 0)
#define VIRTIO_INT_CONFIG		(1U << 1)

/* VIRTIO 1.2, 6.3: Legacy: VIRTIO_F_ANY_LAYOUT, bit 27 */
#define VIRTIO_F_ANY_LAYOUT		(1U << 27)
/* VIRTIO 1.2, 6: VIRTIO_F_EVENT_IDX, bit 29 */
#define VIRTIO_F_EVENT_IDX		(1U << 29)

/* VIRTIO 1.2, 6: VIRTIO_F_VERSION_1, bit 32: the first of the second 32 */
#define VIRTIO_F_VERSION_1		(1U << 0)

/* VIRTIO 1.2, 2.7.5: The virtqueue descriptor table */
struct virtq_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags;
	uint16_t next;
};
_Static_assert(sizeof(struct virtq_desc) == 16, "descriptor");
#define VIRTQ_DESC_F_WRITE		(1U << 1)

/* VIRTIO 1.2, 2.7.8: The virtqueue used ring */
struct virtq_used_elem {
	uint32_t id;
	uint32_t len;
};
_Static_assert(sizeof(struct virtq_used_elem) == 8, "used element");
#define VIRTQ_USED_F_NO_NOTIFY		(1U << 0)

/* VIRTIO 1.2, 2.7.6: The virtqueue available ring */
#define VIRTQ_AVAIL_F_NO_INTERRUPT	(1U << 0)

#endif /* VIRTIO_MMIO_REGS_H */
