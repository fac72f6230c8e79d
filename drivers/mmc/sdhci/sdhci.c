/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SD host controllers: SD Host Controller Simplified Specification 3.00,
 * chapter 3, and BCM2835 ARM Peripherals, chapter 5. Programmed transfers
 * without DMA; the interrupt handler only takes note, a task moves the data.
 *
 * All accesses are 32 bits wide: the Broadcom controllers take no others.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

#include "sdhci_setup.h"

/* SD Physical Layer 3.01, 4.12: an answer begins within 64 clocks */
#define SDHCI_COMMAND_MS	10U
/* Longer than any card may be busy: sdcard_regs.h, SD_BUSY_MS */
#define SDHCI_DATA_MS		1000U

/* ---- Events ---- */

/* Take note of what the controller reports, and have it report anew. */
static uint32_t sdhci_collect(struct sdhci *dev)
{
	volatile struct sdhci_regs *regs = sdhci_regs(dev);
	uint32_t events = mmio_read32(&regs->interrupt) & SDHCI_EVENTS;

	if (events)
		sdhci_write(dev, &regs->interrupt, events);
	dev->events |= events;
	return events;
}

static void sdhci_interrupt(void *arg)
{
	struct sdhci *dev = arg;
	BaseType_t woken = pdFALSE;

	mmio_barrier();
	if (sdhci_collect(dev))
		xSemaphoreGiveFromISR(dev->event, &woken);
	mmio_barrier();
	portYIELD_FROM_ISR(woken);
}

/*
 * An answer is there before its data; an error of the data may come as early
 * and waits its turn, for the answer may tell more.
 */
static uint32_t sdhci_errors(uint32_t wanted)
{
	return wanted & SDHCI_INTERRUPT_COMMAND_DONE ? SDHCI_COMMAND_ERRORS
						     : SDHCI_ERRORS;
}

/* The events that were waited for or that are errors; they count no more. */
static uint32_t sdhci_take(struct sdhci *dev, uint32_t wanted)
{
	uint32_t events;

	taskENTER_CRITICAL();
	events = dev->events & (wanted | sdhci_errors(wanted));
	dev->events &= ~events;
	taskEXIT_CRITICAL();
	return events;
}

static int sdhci_judge(uint32_t events)
{
	if (events & (SDHCI_INTERRUPT_COMMAND_TIMEOUT
		      | SDHCI_INTERRUPT_DATA_TIMEOUT))
		return BLOCK_ERR_TIMEOUT;
	return events & SDHCI_ERRORS ? BLOCK_ERR_CRC : BLOCK_OK;
}

/* Let time pass until an event may be there; false: the time is over. */
static bool sdhci_doze(struct sdhci *dev, TimeOut_t *since, TickType_t *left,
		       uint32_t spins)
{
	if (xTaskCheckForTimeOut(since, left))
		return false;
	if (sdhci_has_interrupt(dev))
		xSemaphoreTake(dev->event, *left);
	else if (!(spins % SDHCI_SPINS))
		vTaskDelay(1);
	return true;
}

/* Wait for one of @p wanted, @p ms at most. BLOCK_*. */
static int sdhci_wait(struct sdhci *dev, uint32_t wanted, uint32_t ms)
{
	TickType_t left = pdMS_TO_TICKS(ms) + 1;
	TimeOut_t since;
	uint32_t events, spins = 0;

	vTaskSetTimeOutState(&since);
	for (;;) {
		if (!sdhci_has_interrupt(dev))
			sdhci_collect(dev);
		events = sdhci_take(dev, wanted);
		if (events)
			return sdhci_judge(events);
		if (!sdhci_doze(dev, &since, &left, ++spins))
			break;
	}
	if (!sdhci_has_interrupt(dev))
		return BLOCK_ERR_TIMEOUT;
	/* Did it happen, and only the interrupt did not come? */
	taskENTER_CRITICAL();
	sdhci_collect(dev);
	taskEXIT_CRITICAL();
	return sdhci_take(dev, wanted) ? BLOCK_ERR_NO_INTERRUPT
				       : BLOCK_ERR_TIMEOUT;
}

/* ---- Data ---- */

/* One access each, at any address; a plain memcpy() would be a call here. */
static void sdhci_read_block(struct sdhci *dev, uint8_t *to, uint32_t size)
{
	volatile struct sdhci_regs *regs = sdhci_regs(dev);
	const uint8_t *end = to + size;

	for (; to < end; to += sizeof(uint32_t)) {
		uint32_t word = mmio_read32(&regs->data);

		__builtin_memcpy(to, &word, sizeof(word));
	}
}

static void sdhci_write_block(struct sdhci *dev, const uint8_t *from,
			      uint32_t size)
{
	volatile struct sdhci_regs *regs = sdhci_regs(dev);
	const uint8_t *end = from + size;

	for (; from < end; from += sizeof(uint32_t)) {
		uint32_t word;

		__builtin_memcpy(&word, from, sizeof(word));
		mmio_write32(&regs->data, word);
	}
}

/* All blocks of a command that was answered. BLOCK_*. */
static int sdhci_move(struct sdhci *dev, const struct mmc_command *command)
{
	uint32_t size = command->block_size;
	uint32_t n;
	int rc;

	for (n = 0; n < command->blocks; n++) {
		rc = sdhci_wait(dev, command->read
				? SDHCI_INTERRUPT_READ_READY
				: SDHCI_INTERRUPT_WRITE_READY, SDHCI_DATA_MS);
		if (rc)
			return rc;
		if (command->read)
			sdhci_read_block(dev, command->read + n * size, size);
		else
			sdhci_write_block(dev, command->write + n * size,
					  size);
	}
	return sdhci_wait(dev, SDHCI_INTERRUPT_DATA_DONE, SDHCI_DATA_MS);
}

/* ---- Commands ---- */

static bool sdhci_has_data(const struct mmc_command *command)
{
	return command->read || command->write;
}

/* SD Physical Layer 3.01, 4.7.4: CMD12 ends a transfer of data */
static bool sdhci_ends_data(const struct mmc_command *command)
{
	return command->index == 12;
}

/* SDHCI 3.00, 2.2.6, table 2-14: what to check of an answer */
static uint32_t sdhci_response(enum mmc_response kind)
{
	const uint32_t checks = SDHCI_CMDTM_CHECK_CRC
				| SDHCI_CMDTM_CHECK_INDEX;

	switch (kind) {
	case MMC_RESPONSE_R1:
		return SDHCI_CMDTM_RESPONSE_48 | checks;
	case MMC_RESPONSE_R1B:
		return SDHCI_CMDTM_RESPONSE_48_BUSY | checks;
	case MMC_RESPONSE_R2:
		return SDHCI_CMDTM_RESPONSE_136 | SDHCI_CMDTM_CHECK_CRC;
	case MMC_RESPONSE_R3:
		return SDHCI_CMDTM_RESPONSE_48;
	default:
		return 0;
	}
}

static uint32_t sdhci_cmdtm(const struct mmc_command *command)
{
	uint32_t value = SDHCI_CMDTM_INDEX(command->index)
			 | sdhci_response(command->kind);

	if (sdhci_ends_data(command))
		value |= SDHCI_CMDTM_ABORT;
	if (sdhci_has_data(command))
		value |= SDHCI_CMDTM_DATA;
	if (command->read)
		value |= SDHCI_CMDTM_READ;
	if (command->blocks > 1)
		value |= SDHCI_CMDTM_MULTI | SDHCI_CMDTM_BLOCK_COUNT;
	return value;
}

/* SDHCI 3.00, 3.7.1.1: nothing is under way that this command would upset. */
static int sdhci_start(struct sdhci *dev, const struct mmc_command *command)
{
	volatile struct sdhci_regs *regs = sdhci_regs(dev);
	uint32_t busy = SDHCI_STATUS_CMD_INHIBIT;
	int rc;

	if (!sdhci_ends_data(command)
	    && (sdhci_has_data(command) || command->kind == MMC_RESPONSE_R1B))
		busy |= SDHCI_STATUS_DAT_INHIBIT;
	rc = sdhci_wait_clear(&regs->status, busy, SDHCI_DATA_MS);
	if (rc)
		return rc;
	sdhci_collect(dev);
	dev->events = 0;
	xSemaphoreTake(dev->event, 0);
	if (sdhci_has_data(command))
		sdhci_write(dev, &regs->blksizecnt,
			    SDHCI_BLKSIZECNT(command->block_size,
					     command->blocks));
	sdhci_write(dev, &regs->arg1, command->argument);
	sdhci_write(dev, &regs->cmdtm, sdhci_cmdtm(command));
	return BLOCK_OK;
}

static int sdhci_command(struct mmc_host *host, struct mmc_command *command)
{
	struct sdhci *dev = sdhci_of(host);
	volatile struct sdhci_regs *regs = sdhci_regs(dev);
	uint32_t n, words = command->kind == MMC_RESPONSE_R2 ? 4 : 1;
	int rc;

	mmio_barrier();
	memset(command->answer, 0, sizeof(command->answer));
	rc = sdhci_start(dev, command);
	if (!rc)
		rc = sdhci_wait(dev, SDHCI_INTERRUPT_COMMAND_DONE,
				SDHCI_COMMAND_MS);
	for (n = 0; !rc && n < words; n++)
		command->answer[n] = mmio_read32(&regs->resp[n]);
	if (!rc && sdhci_has_data(command))
		rc = sdhci_move(dev, command);
	else if (!rc && command->kind == MMC_RESPONSE_R1B)
		rc = sdhci_wait(dev, SDHCI_INTERRUPT_DATA_DONE, SDHCI_DATA_MS);
	mmio_barrier();
	return rc;
}

static const struct mmc_host_ops sdhci_ops = {
	.reset = sdhci_reset,
	.command = sdhci_command,
	.recover = sdhci_recover,
	.clock = sdhci_clock,
	.four_bits = sdhci_four_bits,
};

/* Leave the interrupt to whoever shares it. */
static void sdhci_leave(struct sdhci *dev)
{
	sdhci_write(dev, &sdhci_regs(dev)->irpt_en, 0);
	if (sdhci_has_interrupt(dev))
		vPortDisableInterrupt(dev->irq);
}

int sdhci_init(struct sdhci *dev)
{
	int rc;

	dev->host.ops = &sdhci_ops;
	dev->event = xSemaphoreCreateBinaryStatic(&dev->event_memory);
	if (!dev->clock_hz
	    && firmware_clock_hz(dev->firmware, dev->firmware_clock,
				 &dev->clock_hz))
		return BLOCK_ERR_CONTROLLER;
	if (sdhci_has_interrupt(dev)) {
		if (xPortInstallInterruptHandler(dev->irq, sdhci_interrupt, dev)
		    != pdPASS)
			return BLOCK_ERR_MEMORY;
		vPortEnableInterrupt(dev->irq);
	}
	dev->card.block.name = "sd";
	rc = sdcard_init(&dev->card, &dev->host);
	if (!rc)
		rc = block_attach(&dev->card.block);
	if (rc)
		sdhci_leave(dev);
	return rc;
}
