/* SPDX-License-Identifier: BSD-3-Clause */
/* SD host controllers with the SD Association's registers, and their card. */
#ifndef SDHCI_H
#define SDHCI_H

#include "../../firmware/firmware.h"
#include "../../mmio.h"
#include "sdcard.h"

struct sdhci {
	/* From the board: */
	uintptr_t base;
	uint32_t irq;		/* DRIVER_IRQ_NONE: poll */
	uint32_t clock_hz;	/* from which the card's is divided; 0: ask */
	firmware_property_t firmware;	/* knows that clock; or NULL */
	uint32_t firmware_clock;
	/* The driver's own: */
	struct mmc_host host;
	struct sdcard card;
	SemaphoreHandle_t event;
	StaticSemaphore_t event_memory;
	volatile uint32_t events; /* interrupts that came: SDHCI_INTERRUPT_* */
	uint32_t control0;	/* what is in the register */
	uint64_t written;	/* when a register was: mmio_clock() */
	uint32_t gap;		/* from then to the next, in its counts */
};

/*
 * Set up the controller, find out what card is there, and block_attach() it;
 * from a task. BLOCK_OK, or an error; without a card the interrupt is free
 * again, for another controller that may share it.
 */
int sdhci_init(struct sdhci *dev);

/* Whether transfers are driven by interrupts. */
static inline bool sdhci_has_interrupt(const struct sdhci *dev)
{
	return dev->irq != DRIVER_IRQ_NONE;
}

#endif /* SDHCI_H */
