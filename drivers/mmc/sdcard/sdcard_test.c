/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a model of an SD memory card after SD Physical Layer
 * Simplified Specification 3.01. It is strict: a command in the wrong state,
 * a clock that is too fast or a bus of another width gets no good answer.
 */
#include <string.h>

#include "sdcard_model.h"
#include "sdcard_regs.h"

/* 4.10.1, table 4-36: CURRENT_STATE */
enum state { IDLE, READY, IDENT, STANDBY, TRANSFER, DATA, RECEIVE, PROGRAM };

#define RCA		0x4711U
#define OCR_3_3_V	0x00ff8000U
#define OCR_1_8_V	0x00000080U

static struct sdcard_model options;
static uint8_t memory[SDCARD_MODEL_SECTORS * 512];

static struct {
	enum state state;
	bool app;		/* CMD55 came before */
	uint32_t errors;	/* of the card status, until it is read */
	uint32_t bits;		/* of its bus */
	bool high_speed;
	uint32_t sector;	/* of the transfer under way */
	uint32_t busy;
	/* A transfer of something else than sectors */
	uint8_t special[64];
	uint32_t special_size;
	bool many;
} card;

struct sdcard_model *sdcard_model(void)
{
	return &options;
}

uint8_t *sdcard_model_memory(void)
{
	return memory;
}

void sdcard_model_reset(void)
{
	memset(&card, 0, sizeof(card));
	card.bits = 1;
}

/* ---- Registers ---- */

static void put_bits(uint32_t *answer, uint32_t high, uint32_t low,
		     uint32_t value)
{
	for (uint32_t bit = low; bit <= high; bit++, value >>= 1)
		if (value & 1)
			answer[(bit - 8) / 32] |= 1U << (bit - 8) % 32;
}

static void csd(uint32_t *answer)
{
	uint32_t blocks = options.sectors_said, length = 9, shift = 0;

	put_bits(answer, 127, 126, options.high_capacity);
	put_bits(answer, 95, 84, options.no_high_speed ? 0x1b5 : 0x5b5);
	put_bits(answer, 12, 12, options.read_only);
	if (options.high_capacity) {
		put_bits(answer, 69, 48, options.sectors_said / 1024 - 1);
		return;
	}
	/* 5.3.2: C_SIZE has 12 bits, its multiplier 3; cards of 2 GiB count
	 * blocks of 1 KiB
	 */
	if (blocks > 4096U << 9) {
		blocks /= 2;
		length = 10;
	}
	while (blocks >> (shift + 2) > 4096)
		shift++;
	put_bits(answer, 83, 80, length);
	put_bits(answer, 49, 47, shift);
	put_bits(answer, 73, 62, (blocks >> (shift + 2)) - 1);
}

static uint32_t status(void)
{
	uint32_t value = card.errors | card.state << 9;

	card.errors = 0;
	if (card.busy) {
		card.busy--;
		value = (value & ~(0xfU << 9)) | PROGRAM << 9;
	} else if (card.state <= TRANSFER) {
		value |= SD_STATUS_READY;
	}
	return card.app ? value | SD_STATUS_APP_CMD : value;
}

/* ---- Commands ---- */

static uint32_t answer_48(uint32_t *answer, uint32_t value)
{
	answer[0] = value;
	return 48;
}

static uint32_t illegal(void)
{
	card.errors |= SD_STATUS_ILLEGAL;
	return 0;
}

static uint32_t op_cond(uint32_t argument, uint32_t *answer)
{
	uint32_t ocr = options.no_voltage ? OCR_1_8_V : OCR_3_3_V;

	if (options.power_up) {
		options.power_up--;
		return answer_48(answer, ocr);
	}
	/* 4.2.3: such a card stays busy for a host that does not know it */
	if (options.high_capacity && !(argument & SD_OCR_HCS))
		return answer_48(answer, ocr);
	card.state = READY;
	if (options.high_capacity)
		ocr |= SD_OCR_CCS;
	return answer_48(answer, ocr | SD_OCR_POWERED_UP);
}

static void begin_special(uint32_t size)
{
	memset(card.special, 0, sizeof(card.special));
	card.special_size = size;
	card.state = DATA;
}

static uint32_t app_command(uint32_t index, uint32_t argument,
			    uint32_t *answer)
{
	if (index == SD_APP_OP_COND && card.state == IDLE)
		return op_cond(argument, answer);
	if (card.state != TRANSFER)
		return illegal();
	if (index == SD_APP_SET_BUS_WIDTH) {
		card.bits = argument == 2 ? 4 : 1;
		return answer_48(answer, status());
	}
	if (index == SD_APP_SEND_SCR) {
		answer_48(answer, status());
		begin_special(SD_SCR_BYTES);
		card.special[0] = options.no_high_speed ? 0 : 2;
		card.special[1] = options.one_bit_only ? 1 : 5;
		return 48;
	}
	return illegal();
}

static uint32_t switch_function(uint32_t argument, uint32_t *answer)
{
	answer_48(answer, status());
	begin_special(SD_SWITCH_BYTES);
	card.special[SD_SWITCH_CAN_BYTE] = 3;
	card.special[SD_SWITCH_IS_BYTE] = 1;
	card.high_speed = argument >> 31;
	return 48;
}

/* The first sector of a transfer; -1: not one of the card's. */
static int64_t sector_of(uint32_t argument)
{
	uint32_t sector = argument;

	if (!options.high_capacity) {
		if (argument % 512) {
			card.errors |= SD_STATUS_ADDRESS_ERROR;
			return -1;
		}
		sector /= 512;
	}
	if (sector < options.sectors_real)
		return sector;
	card.errors |= SD_STATUS_OUT_OF_RANGE;
	return -1;
}

static uint32_t begin_transfer(uint32_t index, uint32_t argument,
			       uint32_t *answer)
{
	int64_t sector = sector_of(argument);

	card.errors |= options.fails;
	options.fails = 0;
	if (sector < 0 || card.errors)
		return answer_48(answer, status());
	answer_48(answer, status());
	card.sector = (uint32_t)sector;
	card.special_size = 0;
	card.many = index == SD_READ_MULTIPLE || index == SD_WRITE_MULTIPLE;
	card.state = index <= SD_READ_MULTIPLE ? DATA : RECEIVE;
	return 48;
}

static uint32_t stop(uint32_t *answer)
{
	if (card.state != DATA && card.state != RECEIVE)
		return illegal();
	if (options.complains_at_end && card.state == DATA
	    && card.sector == options.sectors_real)
		card.errors |= SD_STATUS_OUT_OF_RANGE;
	answer_48(answer, status());
	card.busy = card.state == RECEIVE ? options.busy : 0;
	card.state = TRANSFER;
	return 48;
}

static uint32_t addressed(uint32_t index, uint32_t argument, uint32_t *answer)
{
	if (argument >> 16 != RCA)
		return 0;
	switch (index) {
	case SD_SEND_CSD:
		if (card.state != STANDBY)
			return illegal();
		csd(answer);
		return 136;
	case SD_SELECT_CARD:
		if (card.state != STANDBY)
			return illegal();
		answer_48(answer, status());
		card.state = TRANSFER;
		return 48;
	default:
		return answer_48(answer, status());
	}
}

static uint32_t transfer_command(uint32_t index, uint32_t argument,
				 uint32_t *answer)
{
	switch (index) {
	case SD_SWITCH_FUNC:
		return switch_function(argument, answer);
	case SD_SET_BLOCKLEN:
		return answer_48(answer, status());
	case SD_READ_SINGLE:
	case SD_READ_MULTIPLE:
	case SD_WRITE_SINGLE:
	case SD_WRITE_MULTIPLE:
		return begin_transfer(index, argument, answer);
	default:
		return illegal();
	}
}

static uint32_t command(uint32_t index, uint32_t argument, uint32_t *answer)
{
	switch (index) {
	case SD_SEND_IF_COND:
		return options.version < 2 || card.state != IDLE
		       ? illegal() : answer_48(answer, argument & 0xfff);
	case SD_ALL_SEND_CID:
		if (card.state != READY)
			return illegal();
		card.state = IDENT;
		put_bits(answer, 55, 24, options.serial);
		return 136;
	case SD_SEND_RELATIVE_ADDR:
		if (card.state != IDENT)
			return illegal();
		card.state = STANDBY;
		return answer_48(answer, RCA << 16);
	case SD_SEND_CSD:
	case SD_SELECT_CARD:
	case SD_SEND_STATUS:
		return addressed(index, argument, answer);
	case SD_STOP_TRANSMISSION:
		return stop(answer);
	case SD_APP_CMD:
		card.app = true;
		return answer_48(answer, status());
	default:
		return card.state == TRANSFER
		       ? transfer_command(index, argument, answer) : illegal();
	}
}

/* 4.2.1, 4.3.10: 400 kHz until it has an address, then 25 or 50 MHz */
static uint32_t fastest(void)
{
	if (card.state < STANDBY)
		return 400000;
	return card.high_speed ? SD_HIGH_SPEED_HZ : SD_DEFAULT_SPEED_HZ;
}

uint32_t sdcard_model_command(uint32_t index, uint32_t argument, uint32_t hz,
			      uint32_t *answer, bool *garbled)
{
	bool app = card.app;

	memset(answer, 0, 4 * sizeof(*answer));
	*garbled = false;
	if (!options.present || !hz || hz > fastest())
		return 0;
	if (index == SD_GO_IDLE_STATE) {
		sdcard_model_reset();
		return 0;
	}
	if (options.silent) {
		options.silent--;
		return 0;
	}
	if (options.garbled) {
		options.garbled--;
		*garbled = true;
	}
	card.app = false;
	return app ? app_command(index, argument, answer)
		   : command(index, argument, answer);
}

/* ---- Data ---- */

static bool counted_down(uint32_t *left, uint32_t *times)
{
	if (!*left || --*left)
		return false;
	if (*times && --*times)
		*left = 1;
	return true;
}

/* What happens to the next block, whatever is in it. */
static enum sdcard_block fate(uint32_t bits, uint32_t hz)
{
	uint32_t once = 1;

	if (counted_down(&options.leaves_at, &once))
		options.present = 0;
	if (!options.present
	    || counted_down(&options.no_block, &options.no_blocks))
		return SDCARD_BLOCK_NONE;
	if (bits != card.bits || hz > fastest()
	    || counted_down(&options.bad_block, &options.bad_blocks))
		return SDCARD_BLOCK_BAD;
	return SDCARD_BLOCK_GOOD;
}

static bool at_end(void)
{
	if (card.sector < options.sectors_real)
		return false;
	card.errors |= SD_STATUS_OUT_OF_RANGE;
	return true;
}

enum sdcard_block sdcard_model_read(uint8_t *data, uint32_t size,
				    uint32_t bits, uint32_t hz)
{
	enum sdcard_block what;

	if (card.state != DATA)
		return SDCARD_BLOCK_NONE;
	if (card.special_size) {
		if (size != card.special_size)
			return SDCARD_BLOCK_NONE;
		memcpy(data, card.special, size);
		card.state = TRANSFER;
		return bits == card.bits ? SDCARD_BLOCK_GOOD
					 : SDCARD_BLOCK_BAD;
	}
	if (at_end())
		return SDCARD_BLOCK_NONE;
	what = fate(bits, hz);
	memcpy(data, &memory[card.sector % SDCARD_MODEL_SECTORS * 512], 512);
	if (what == SDCARD_BLOCK_BAD)
		data[0] ^= 1;
	card.sector++;
	if (!card.many)
		card.state = TRANSFER;
	return what;
}

enum sdcard_block sdcard_model_write(const uint8_t *data, uint32_t size,
				     uint32_t bits, uint32_t hz)
{
	enum sdcard_block what;

	if (card.state != RECEIVE || size != 512 || at_end())
		return SDCARD_BLOCK_NONE;
	what = fate(bits, hz);
	if (what == SDCARD_BLOCK_GOOD)
		memcpy(&memory[card.sector % SDCARD_MODEL_SECTORS * 512], data,
		       512);
	card.sector++;
	if (!card.many) {
		card.busy = options.busy;
		card.state = TRANSFER;
	}
	return what;
}
