/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sectors of an SD memory card: SD Physical Layer Simplified Specification
 * 3.01, 4.3 (commands), 4.10 (status). A transfer that failed is tried once
 * more, after the card is known to be the same and to be ready.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "sdcard_commands.h"
#include "sdcard_regs.h"

/* The controller counts blocks in 16 bits. */
#define SD_BLOCKS_MAX		0xffffU

/* ---- Commands ---- */

int sdcard_judge(uint32_t status)
{
	if (status & (SD_STATUS_OUT_OF_RANGE | SD_STATUS_ADDRESS_ERROR))
		return BLOCK_ERR_RANGE;
	if (status & SD_STATUS_WP_VIOLATION)
		return BLOCK_ERR_READ_ONLY;
	if (status & SD_STATUS_COM_CRC)
		return BLOCK_ERR_CRC;
	if (status & (SD_STATUS_BLOCK_LEN | SD_STATUS_ILLEGAL
		      | SD_STATUS_ECC_FAILED | SD_STATUS_CC_ERROR
		      | SD_STATUS_ERROR))
		return BLOCK_ERR_MEDIUM;
	return BLOCK_OK;
}

int sdcard_command(struct sdcard *card, uint8_t index, enum mmc_response kind,
		   uint32_t argument, uint32_t *answer)
{
	struct mmc_command command = {
		.index = index, .kind = kind, .argument = argument,
	};
	int rc = card->host->ops->command(card->host, &command);

	if (answer)
		*answer = command.answer[0];
	return rc;
}

int sdcard_app_command(struct sdcard *card, uint8_t index,
		       enum mmc_response kind, uint32_t argument,
		       uint32_t *answer)
{
	int rc = sdcard_command(card, SD_APP_CMD, MMC_RESPONSE_R1,
				card->relative_address, NULL);

	return rc ? rc : sdcard_command(card, index, kind, argument, answer);
}

int sdcard_status(struct sdcard *card, uint32_t *status)
{
	return sdcard_command(card, SD_SEND_STATUS, MMC_RESPONSE_R1,
			      card->relative_address, status);
}

static int sd_stop(struct sdcard *card, uint32_t *status)
{
	return sdcard_command(card, SD_STOP_TRANSMISSION, MMC_RESPONSE_R1B, 0,
			      status);
}

/*
 * Bring a card that answers to where it takes commands for data: end what it
 * is still at, wait for what it still writes. Reading a status clears it, so
 * all that it said meanwhile is in @p said.
 */
static int sd_settle(struct sdcard *card, uint32_t *said)
{
	TickType_t left = pdMS_TO_TICKS(SD_BUSY_MS) + 1;
	TimeOut_t since;
	uint32_t status, state;
	int rc;

	vTaskSetTimeOutState(&since);
	for (;;) {
		rc = sdcard_status(card, &status);
		if (rc)
			return rc;
		*said |= status;
		state = SD_STATUS_STATE(status);
		if (state == SD_STATE_TRANSFER && (status & SD_STATUS_READY))
			return BLOCK_OK;
		if (xTaskCheckForTimeOut(&since, &left))
			return BLOCK_ERR_TIMEOUT;
		if (state != SD_STATE_DATA && state != SD_STATE_RECEIVE) {
			vTaskDelay(1);
			continue;
		}
		rc = sd_stop(card, &status);
		if (rc)
			return rc;
		*said |= status;
	}
}

/* ---- One transfer ---- */

/* 4.3.3: a card may complain of what it would have read behind its end. */
static bool sd_is_last(const struct sdcard *card, uint64_t sector,
		       uint32_t count)
{
	return sector + count == card->block.sectors;
}

static int sd_stop_after(struct sdcard *card, const struct mmc_command *done,
			 uint64_t sector)
{
	uint32_t status;
	int rc = sd_stop(card, &status);

	if (rc)
		return rc;
	if (done->read && sd_is_last(card, sector, done->blocks))
		status &= ~SD_STATUS_OUT_OF_RANGE;
	return sdcard_judge(status);
}

/* As many sectors as one command takes, at @p read or from @p write. */
static int sd_transfer(struct sdcard *card, uint64_t sector, uint32_t count,
		       uint8_t *read, const uint8_t *write)
{
	struct mmc_command command = {
		.kind = MMC_RESPONSE_R1, .read = read, .write = write,
		.block_size = BLOCK_SECTOR_SIZE, .blocks = (uint16_t)count,
	};
	uint64_t address = sector;
	uint32_t said = 0;
	int rc;

	if (!card->high_capacity)
		address *= BLOCK_SECTOR_SIZE;
	command.argument = (uint32_t)address;
	if (count == 1)
		command.index = read ? SD_READ_SINGLE : SD_WRITE_SINGLE;
	else
		command.index = read ? SD_READ_MULTIPLE : SD_WRITE_MULTIPLE;
	rc = card->host->ops->command(card->host, &command);
	/* What the card says itself tells more than that no data came. */
	if (sdcard_judge(command.answer[0]))
		return sdcard_judge(command.answer[0]);
	if (!rc && count > 1)
		rc = sd_stop_after(card, &command, sector);
	/* A write counts when the card has programmed it. */
	if (!rc && write)
		rc = sd_settle(card, &said);
	return rc ? rc : sdcard_judge(said);
}

/* ---- One transfer, and what comes after an error ---- */

static void sd_count(struct block_counters *counters, int error)
{
	switch (error) {
	case BLOCK_ERR_TIMEOUT:
	case BLOCK_ERR_NO_INTERRUPT:
		counters->timeouts++;
		break;
	case BLOCK_ERR_CRC:
		counters->crc_errors++;
		break;
	case BLOCK_ERR_RANGE:
		counters->range_errors++;
		break;
	case BLOCK_ERR_REMOVED:
	case BLOCK_ERR_CHANGED:
		counters->removals++;
		break;
	default:
		counters->medium_errors++;
		break;
	}
}

/* Nobody answers, or again: is it the card that was there? */
static int sd_find_again(struct sdcard *card)
{
	struct sdcard now = { .host = card->host };
	int rc = sdcard_identify(&now);

	if (rc)
		return rc;
	if (memcmp(now.id, card->id, sizeof(now.id))
	    || now.block.sectors != card->block.sectors)
		return BLOCK_ERR_CHANGED;
	card->relative_address = now.relative_address;
	card->high_capacity = now.high_capacity;
	card->clock_hz = now.clock_hz;
	card->bits = now.bits;
	card->gone = false;
	return BLOCK_OK;
}

/* Make the card usable after an error, or say why that cannot be. */
static int sd_recover(struct sdcard *card, uint32_t *said)
{
	int rc = card->host->ops->recover(card->host);

	if (!rc)
		rc = sd_settle(card, said);
	if (rc)
		rc = sd_find_again(card);
	card->gone = rc != BLOCK_OK;
	return rc == BLOCK_ERR_NO_MEDIUM ? BLOCK_ERR_REMOVED : rc;
}

/* One try that leaves a card which can be used, or an error that says why. */
static int sd_try(struct sdcard *card, uint64_t sector, uint32_t count,
		  uint8_t *read, const uint8_t *write)
{
	struct block_counters *counters = &card->block.counters;
	int rc = sd_transfer(card, sector, count, read, write);
	uint32_t said = 0;
	int recovered;

	if (!rc)
		return BLOCK_OK;
	recovered = sd_recover(card, &said);
	/* No data came, for the sectors are not there. */
	if (rc == BLOCK_ERR_TIMEOUT && sdcard_judge(said) == BLOCK_ERR_RANGE)
		rc = BLOCK_ERR_RANGE;
	sd_count(counters, rc);
	if (!recovered)
		return rc;
	sd_count(counters, recovered);
	return recovered;
}

static int sd_insist(struct sdcard *card, uint64_t sector, uint32_t count,
		     uint8_t *read, const uint8_t *write)
{
	int rc = sd_try(card, sector, count, read, write);

	if (card->gone || (rc != BLOCK_ERR_TIMEOUT && rc != BLOCK_ERR_CRC))
		return rc;
	card->block.counters.retries++;
	return sd_try(card, sector, count, read, write);
}

/* ---- What block.h asks for ---- */

static struct sdcard *sd_of(struct block_device *block)
{
	return (struct sdcard *)((uintptr_t)block
				 - offsetof(struct sdcard, block));
}

static int sd_requested(struct sdcard *card, uint64_t sector, uint32_t count,
			uint8_t *read, const uint8_t *write)
{
	int rc = card->gone ? sd_find_again(card) : BLOCK_OK;

	while (!rc && count) {
		uint32_t now = count < SD_BLOCKS_MAX ? count : SD_BLOCKS_MAX;
		size_t bytes = (size_t)now * BLOCK_SECTOR_SIZE;

		rc = sd_insist(card, sector, now, read, write);
		sector += now;
		count -= now;
		read += read ? bytes : 0;
		write += write ? bytes : 0;
	}
	return rc;
}

static int sd_read(struct block_device *block, uint64_t sector,
		   uint32_t count, void *data)
{
	return sd_requested(sd_of(block), sector, count, data, NULL);
}

static int sd_write(struct block_device *block, uint64_t sector,
		    uint32_t count, const void *data)
{
	return sd_requested(sd_of(block), sector, count, NULL, data);
}

static const struct block_ops sd_ops = {
	.read = sd_read,
	.write = sd_write,
};

int sdcard_init(struct sdcard *card, struct mmc_host *host)
{
	card->host = host;
	card->gone = false;
	block_init(&card->block, &sd_ops);
	return sdcard_identify(card);
}
