/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What commands stand on: registers that take one write after the other, the
 * card's clock, and resets. The documents are those of sdhci.c.
 */
#include "FreeRTOS.h"
#include "task.h"

#include "sdhci_setup.h"

/* SD Physical Layer 3.01, 4.2.1: 100 to 400 kHz until it is identified */
#define SDHCI_IDENTIFY_HZ	400000U

/*
 * Linux, drivers/mmc/host/sdhci-iproc.c: a write within two clocks of the
 * card after the one before may be lost, except to the data port; it waits
 * for four.
 */
#define SDHCI_GAP_CLOCKS	4U

/* SDHCI 3.00, 3.2.1: the clock is stable, a reset done within 150 ms */
#define SDHCI_RESET_MS		150U

/* ---- Registers ---- */

void sdhci_write(struct sdhci *dev, volatile uint32_t *reg, uint32_t value)
{
	UBaseType_t mask = portSET_INTERRUPT_MASK_FROM_ISR();

	while (mmio_clock() - dev->written < dev->gap)
		continue;
	mmio_write32(reg, value);
	dev->written = mmio_clock();
	portCLEAR_INTERRUPT_MASK_FROM_ISR(mask);
}

/* How long the next write waits, in counts of mmio_clock(). */
static uint32_t sdhci_gap(uint32_t card_hz)
{
	uint64_t counts = (uint64_t)mmio_clock_hz() * SDHCI_GAP_CLOCKS;

	return (uint32_t)(counts / card_hz) + 1;
}

int sdhci_wait_clear(const volatile uint32_t *reg, uint32_t bits, uint32_t ms)
{
	TickType_t left = pdMS_TO_TICKS(ms) + 1;
	TimeOut_t since;
	uint32_t spins = 0;

	vTaskSetTimeOutState(&since);
	while (mmio_read32(reg) & bits) {
		if (xTaskCheckForTimeOut(&since, &left))
			return BLOCK_ERR_CONTROLLER;
		if (!(++spins % SDHCI_SPINS))
			vTaskDelay(1);
	}
	return BLOCK_OK;
}

/* ---- The clock and the bus ---- */

/* The number N for a clock of base / 2N, not faster than @p hz; 0: base. */
static uint32_t sdhci_divider(struct sdhci *dev, uint32_t hz)
{
	uint32_t version = SDHCI_VERSION(
		mmio_read32(&sdhci_regs(dev)->slotisr_ver));
	uint32_t n;

	if (hz >= dev->clock_hz)
		return 0;
	if (version >= SDHCI_VERSION_3) {
		n = (dev->clock_hz + 2 * hz - 1) / (2 * hz);
		return n < SDHCI_DIVIDER_MAX ? n : SDHCI_DIVIDER_MAX;
	}
	for (n = 1; n < SDHCI_DIVIDER_MAX_V2 && dev->clock_hz / (2 * n) > hz;)
		n *= 2;
	return n;
}

/* SDHCI 3.00, 3.2: stop the clock, change it, wait until it is stable. */
static int sdhci_set_clock(struct sdhci *dev, uint32_t hz)
{
	volatile struct sdhci_regs *regs = sdhci_regs(dev);
	uint32_t n = sdhci_divider(dev, hz);
	uint32_t control1 = SDHCI_CONTROL1_TIMEOUT_MAX
			    | SDHCI_CONTROL1_DIVIDER(n)
			    | SDHCI_CONTROL1_INTERNAL_CLOCK;
	uint32_t spins = 0;

	/* While it changes, it may be as slow as it ever is. */
	dev->gap = sdhci_gap(SDHCI_IDENTIFY_HZ);
	sdhci_write(dev, &regs->control1, SDHCI_CONTROL1_TIMEOUT_MAX);
	sdhci_write(dev, &regs->control1, control1);
	while (!(mmio_read32(&regs->control1) & SDHCI_CONTROL1_STABLE)) {
		if (++spins > SDHCI_RESET_MS)
			return BLOCK_ERR_CONTROLLER;
		vTaskDelay(pdMS_TO_TICKS(1) + 1);
	}
	sdhci_write(dev, &regs->control1,
		    control1 | SDHCI_CONTROL1_CARD_CLOCK);
	dev->gap = sdhci_gap(n ? dev->clock_hz / (2 * n) : dev->clock_hz);
	return BLOCK_OK;
}

int sdhci_clock(struct mmc_host *host, uint32_t hz, bool high_speed)
{
	struct sdhci *dev = sdhci_of(host);
	int rc;

	mmio_barrier();
	if (high_speed) {
		dev->control0 |= SDHCI_CONTROL0_HIGH_SPEED;
		sdhci_write(dev, &sdhci_regs(dev)->control0, dev->control0);
	}
	rc = sdhci_set_clock(dev, hz);
	mmio_barrier();
	return rc;
}

void sdhci_four_bits(struct mmc_host *host)
{
	struct sdhci *dev = sdhci_of(host);

	mmio_barrier();
	dev->control0 |= SDHCI_CONTROL0_4_BITS;
	sdhci_write(dev, &sdhci_regs(dev)->control0, dev->control0);
	mmio_barrier();
}

/* ---- Resets ---- */

static int sdhci_reset_lines(struct sdhci *dev, uint32_t which)
{
	volatile struct sdhci_regs *regs = sdhci_regs(dev);
	uint32_t control1 = mmio_read32(&regs->control1);

	sdhci_write(dev, &regs->control1, control1 | which);
	return sdhci_wait_clear(&regs->control1, which, SDHCI_RESET_MS);
}

/* SDHCI 3.00, 3.10.1: both lines, whichever failed */
int sdhci_recover(struct mmc_host *host)
{
	struct sdhci *dev = sdhci_of(host);
	int rc;

	mmio_barrier();
	rc = sdhci_reset_lines(dev, SDHCI_CONTROL1_RESET_CMD);
	if (!rc)
		rc = sdhci_reset_lines(dev, SDHCI_CONTROL1_RESET_DAT);
	mmio_barrier();
	return rc;
}

int sdhci_reset(struct mmc_host *host)
{
	struct sdhci *dev = sdhci_of(host);
	volatile struct sdhci_regs *regs = sdhci_regs(dev);
	int rc;

	mmio_barrier();
	dev->gap = sdhci_gap(SDHCI_IDENTIFY_HZ);
	sdhci_write(dev, &regs->control1, SDHCI_CONTROL1_RESET_ALL);
	rc = sdhci_wait_clear(&regs->control1, SDHCI_CONTROL1_RESET_ALL,
			      SDHCI_RESET_MS);
	if (!rc) {
		dev->control0 = SDHCI_CONTROL0_POWER | SDHCI_CONTROL0_3_3_V;
		sdhci_write(dev, &regs->control0, dev->control0);
		sdhci_write(dev, &regs->control2, 0);
		rc = sdhci_set_clock(dev, SDHCI_IDENTIFY_HZ);
	}
	if (!rc) {
		sdhci_write(dev, &regs->irpt_mask, SDHCI_EVENTS);
		sdhci_write(dev, &regs->irpt_en, sdhci_has_interrupt(dev)
						 ? SDHCI_EVENTS : 0);
	}
	mmio_barrier();
	return rc;
}
