/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What card is there: SD Physical Layer Simplified Specification 3.01, 4.2
 * (card identification), 5.3 (CSD), 4.3.10 (High Speed).
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "sdcard_commands.h"
#include "sdcard_regs.h"

/* Between two looks whether the card has powered up */
#define SD_INIT_STEP_MS		10U

/* Ticks that last @p ms at least. */
static TickType_t sd_ticks(uint32_t ms)
{
	return pdMS_TO_TICKS(ms) + 1;
}

/* CMD8. Cards before 2.00 do not know it, and do not answer. */
static int sd_interface(struct sdcard *card, bool *version_2)
{
	uint32_t answer;
	int rc = sdcard_command(card, SD_SEND_IF_COND, MMC_RESPONSE_R1,
				SD_IF_COND_ARGUMENT, &answer);

	*version_2 = rc == BLOCK_OK;
	if (rc == BLOCK_ERR_TIMEOUT)
		return card->host->ops->recover(card->host);
	if (rc)
		return rc;
	if ((answer & SD_IF_COND_MASK) != SD_IF_COND_ARGUMENT)
		return BLOCK_ERR_UNSUPPORTED;
	return BLOCK_OK;
}

/* ACMD41 until the card has powered up. */
static int sd_power_up(struct sdcard *card, uint32_t argument)
{
	TickType_t left = sd_ticks(SD_INIT_MS);
	TimeOut_t since;
	uint32_t ocr;
	int rc;

	vTaskSetTimeOutState(&since);
	for (;;) {
		rc = sdcard_app_command(card, SD_APP_OP_COND, MMC_RESPONSE_R3,
					argument, &ocr);
		if (rc)
			return rc;
		if (ocr & SD_OCR_POWERED_UP)
			break;
		if (xTaskCheckForTimeOut(&since, &left))
			return BLOCK_ERR_TIMEOUT;
		vTaskDelay(sd_ticks(SD_INIT_STEP_MS));
	}
	if (!(ocr & SD_OCR_VOLTAGES))
		return BLOCK_ERR_UNSUPPORTED;
	card->high_capacity = ocr & SD_OCR_CCS;
	return BLOCK_OK;
}

/* Idle to ready: is a memory card there that works at 3.3 V? */
static int sd_wake(struct sdcard *card)
{
	uint32_t argument = SD_OCR_VOLTAGES;
	bool version_2;
	int rc;

	card->relative_address = 0;
	rc = sdcard_command(card, SD_GO_IDLE_STATE, MMC_RESPONSE_NONE, 0,
			    NULL);
	if (!rc)
		rc = sd_interface(card, &version_2);
	if (rc)
		return rc;
	if (version_2)
		argument |= SD_OCR_HCS;
	rc = sd_power_up(card, argument);
	/* Neither of the two was answered */
	if (rc == BLOCK_ERR_TIMEOUT && !version_2)
		return BLOCK_ERR_NO_MEDIUM;
	return rc;
}

/* ---- Its registers ---- */

static uint32_t sd_bits(const uint32_t *answer, uint32_t high, uint32_t low)
{
	uint32_t value = 0;

	/* Without the lowest byte, the CRC: see mmc.h */
	for (uint32_t bit = high; bit >= low; bit--)
		value = value << 1
			| (answer[(bit - 8) / 32] >> (bit - 8) % 32 & 1);
	return value;
}

/* 5.3.2, 5.3.3: the size in sectors; 0: of a structure we do not know. */
static uint64_t sd_sectors(const uint32_t *csd)
{
	uint32_t shift;

	switch (sd_bits(csd, SD_CSD_STRUCTURE)) {
	case 0:
		/* (C_SIZE + 1) << (C_SIZE_MULT + 2) blocks of READ_BL_LEN */
		shift = sd_bits(csd, SD_CSD_1_SIZE_MULT) + 2
			+ sd_bits(csd, SD_CSD_1_READ_BL_LEN);
		return (((uint64_t)sd_bits(csd, SD_CSD_1_SIZE) + 1) << shift)
		       / BLOCK_SECTOR_SIZE;
	case 1:
		/* Units of 512 KiB */
		return ((uint64_t)sd_bits(csd, SD_CSD_2_SIZE) + 1) << 10;
	default:
		return 0;
	}
}

/* Ready to stand-by: name, address, size. */
static int sd_read_registers(struct sdcard *card, uint32_t *classes)
{
	struct mmc_command csd = {
		.index = SD_SEND_CSD, .kind = MMC_RESPONSE_R2,
	};
	struct mmc_command cid = {
		.index = SD_ALL_SEND_CID, .kind = MMC_RESPONSE_R2,
	};
	int rc = card->host->ops->command(card->host, &cid);

	if (!rc)
		rc = sdcard_command(card, SD_SEND_RELATIVE_ADDR,
				    MMC_RESPONSE_R1, 0,
				    &card->relative_address);
	if (rc)
		return rc;
	memcpy(card->id, cid.answer, sizeof(card->id));
	card->relative_address &= 0xffff0000U;
	csd.argument = card->relative_address;
	rc = card->host->ops->command(card->host, &csd);
	if (rc)
		return rc;
	*classes = sd_bits(csd.answer, SD_CSD_CLASSES);
	card->block.read_only = sd_bits(csd.answer, SD_CSD_WRITE_PROTECT);
	card->block.sectors = sd_sectors(csd.answer);
	return card->block.sectors ? BLOCK_OK : BLOCK_ERR_UNSUPPORTED;
}

/* ---- Its fastest mode ---- */

/* A short block of data that is no sector: SCR, or the switch status. */
static int sd_read_status(struct sdcard *card, uint8_t index,
			  uint32_t argument, uint8_t *data, uint16_t size)
{
	struct mmc_command command = {
		.index = index, .kind = MMC_RESPONSE_R1, .argument = argument,
		.read = data, .block_size = size, .blocks = 1,
	};
	int rc = card->host->ops->command(card->host, &command);

	return rc ? rc : sdcard_judge(command.answer[0]);
}

static int sd_read_scr(struct sdcard *card, uint8_t *scr)
{
	int rc = sdcard_command(card, SD_APP_CMD, MMC_RESPONSE_R1,
				card->relative_address, NULL);

	return rc ? rc : sd_read_status(card, SD_APP_SEND_SCR, 0, scr,
					SD_SCR_BYTES);
}

static int sd_widen(struct sdcard *card, const uint8_t *scr)
{
	int rc;

	if (!(scr[SD_SCR_WIDTHS_BYTE] & SD_SCR_WIDTH_4))
		return BLOCK_OK;
	/* 4.7.4, ACMD6: 2 is 4 bits */
	rc = sdcard_app_command(card, SD_APP_SET_BUS_WIDTH, MMC_RESPONSE_R1, 2,
				NULL);
	if (rc)
		return rc;
	card->host->ops->four_bits(card->host);
	card->bits = 4;
	return BLOCK_OK;
}

static int sd_speed_up(struct sdcard *card, const uint8_t *scr,
		       uint32_t classes)
{
	uint8_t status[SD_SWITCH_BYTES];
	int rc;

	/* 4.3.10: from 1.10 on, and only where class 10 is there */
	if (!(scr[SD_SCR_SPEC_BYTE] & SD_SCR_SPEC_MASK)
	    || !(classes & SD_CSD_CLASS_SWITCH))
		return BLOCK_OK;
	rc = sd_read_status(card, SD_SWITCH_FUNC, SD_SWITCH_CHECK, status,
			    sizeof(status));
	if (rc || !(status[SD_SWITCH_CAN_BYTE] & SD_SWITCH_CAN_HIGH))
		return rc;
	rc = sd_read_status(card, SD_SWITCH_FUNC, SD_SWITCH_SET, status,
			    sizeof(status));
	if (rc || (status[SD_SWITCH_IS_BYTE] & SD_SWITCH_IS_MASK) != 1)
		return rc;
	card->clock_hz = SD_HIGH_SPEED_HZ;
	return card->host->ops->clock(card->host, SD_HIGH_SPEED_HZ, true);
}

/* Stand-by to transfer, then as wide and as fast as both can. */
static int sd_select(struct sdcard *card, uint32_t classes)
{
	uint8_t scr[SD_SCR_BYTES];
	int rc;

	card->bits = 1;
	card->clock_hz = SD_DEFAULT_SPEED_HZ;
	rc = card->host->ops->clock(card->host, SD_DEFAULT_SPEED_HZ, false);
	if (!rc)
		rc = sdcard_command(card, SD_SELECT_CARD, MMC_RESPONSE_R1B,
				    card->relative_address, NULL);
	/* 4.7.4: high capacity cards have no other length */
	if (!rc && !card->high_capacity)
		rc = sdcard_command(card, SD_SET_BLOCKLEN, MMC_RESPONSE_R1,
				    BLOCK_SECTOR_SIZE, NULL);
	if (!rc)
		rc = sd_read_scr(card, scr);
	if (!rc)
		rc = sd_widen(card, scr);
	return rc ? rc : sd_speed_up(card, scr, classes);
}

int sdcard_identify(struct sdcard *card)
{
	uint32_t classes;
	int rc = card->host->ops->reset(card->host);

	/* 6.4.1: a millisecond of power and 74 clocks */
	vTaskDelay(sd_ticks(2));
	if (!rc)
		rc = sd_wake(card);
	if (!rc)
		rc = sd_read_registers(card, &classes);
	return rc ? rc : sd_select(card, classes);
}
