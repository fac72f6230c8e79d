/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the core knows of the board it was built for. The build writes
 * board.c, with the one `board` below, from boards/<name>.toml.
 */
#ifndef __BOARD_H__
#define __BOARD_H__

#include <uk/essentials.h>

/* An interrupt that this machine does not deliver: the driver polls. */
#define BOARD_IRQ_NONE		0xffffffffU

struct board_region {
	__u64 base;
	__u64 size;
};

/*
 * What the boot argument ukboard.lacks=<name> sets to BOARD_LACKS: an
 * interrupt, which is then none, or that a device is absent.
 */
#define BOARD_LACKS		BOARD_IRQ_NONE

struct board_slot {
	const char *name;	/* <device>.irq or <device> */
	__u32 *field;
};

struct board {
	const char *name;		/* as in boards/<name>.toml */
	const char *title;		/* its name for people */

	const struct board_region *ram;	/* usable RAM, ascending */
	unsigned int ram_count;
	const struct board_region *mmio; /* device memory, page aligned */
	unsigned int mmio_count;
	const struct board_region *reserved; /* RAM that is not the heap's */
	unsigned int reserved_count;

	/* Where parked cores look for an entry address; 0: none wait there.
	 * Core n reads the 8 bytes at spin_table + 8 * n.
	 */
	__u64 spin_table;
	unsigned int cores;

	__u32 timer_irq;		/* of the virtual timer */

	const struct board_slot *slots;
	unsigned int slot_count;

	/* At EL3 only, MMU off: hand the interrupts over to EL1. May be NULL. */
	void (*secure_init)(void);
	/* The functions of the pins of the devices in this image; or NULL. */
	void (*pins_init)(void);
	/* Polled output works from here on. */
	int (*console_init)(void);
	/* After the interrupt controller: receive interrupts; or NULL. */
	int (*console_irq_init)(void);
	/* Wait until the last character has left, but not for ever. */
	void (*console_flush)(void);
	int (*intctlr_init)(void);
	void (*power_off)(void);
	void (*reset)(void);
	/* Boot arguments of the firmware: length, or negative; may be NULL. */
	int (*command_line)(char *buf, __sz len);
};

extern const struct board board;

#endif /* __BOARD_H__ */
