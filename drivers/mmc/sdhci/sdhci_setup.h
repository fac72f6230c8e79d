/* SPDX-License-Identifier: BSD-3-Clause */
/* Between sdhci.c, which does commands, and the set-up it stands on. */
#ifndef SDHCI_SETUP_H
#define SDHCI_SETUP_H

#include "sdhci.h"
#include "sdhci_regs.h"

#define SDHCI_COMMAND_ERRORS	(SDHCI_INTERRUPT_COMMAND_TIMEOUT	\
				 | SDHCI_INTERRUPT_COMMAND_CRC		\
				 | SDHCI_INTERRUPT_COMMAND_END		\
				 | SDHCI_INTERRUPT_COMMAND_INDEX)
#define SDHCI_DATA_ERRORS	(SDHCI_INTERRUPT_DATA_TIMEOUT		\
				 | SDHCI_INTERRUPT_DATA_CRC		\
				 | SDHCI_INTERRUPT_DATA_END)
#define SDHCI_ERRORS		(SDHCI_COMMAND_ERRORS | SDHCI_DATA_ERRORS)
#define SDHCI_EVENTS		(SDHCI_INTERRUPT_COMMAND_DONE		\
				 | SDHCI_INTERRUPT_DATA_DONE		\
				 | SDHCI_INTERRUPT_WRITE_READY		\
				 | SDHCI_INTERRUPT_READ_READY | SDHCI_ERRORS)

/* Looks in vain before a task that polls lets others run */
#define SDHCI_SPINS		64U

static inline volatile struct sdhci_regs *sdhci_regs(const struct sdhci *dev)
{
	return (volatile struct sdhci_regs *)dev->base;
}

static inline struct sdhci *sdhci_of(struct mmc_host *host)
{
	return (struct sdhci *)((uintptr_t)host - offsetof(struct sdhci, host));
}

/*
 * Every write but those of data, not too soon after the one before; nor may
 * the interrupt handler's be.
 */
void sdhci_write(struct sdhci *dev, volatile uint32_t *reg, uint32_t value);

/* Wait until none of @p bits is set in a register. BLOCK_*. */
int sdhci_wait_clear(const volatile uint32_t *reg, uint32_t bits, uint32_t ms);

/* These are what struct mmc_host_ops says. */
int sdhci_reset(struct mmc_host *host);
int sdhci_recover(struct mmc_host *host);
int sdhci_clock(struct mmc_host *host, uint32_t hz, bool high_speed);
void sdhci_four_bits(struct mmc_host *host);

#endif /* SDHCI_SETUP_H */
