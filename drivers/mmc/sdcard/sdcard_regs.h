/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Commands and registers of SD memory cards: SD Specifications Part 1,
 * Physical Layer Simplified Specification 3.01.
 */
#ifndef SDCARD_REGS_H
#define SDCARD_REGS_H

/* 4.7.4: commands; 4.7.4, table 4-26: application commands */
#define SD_GO_IDLE_STATE	0U
#define SD_ALL_SEND_CID		2U
#define SD_SEND_RELATIVE_ADDR	3U
#define SD_SWITCH_FUNC		6U
#define SD_SELECT_CARD		7U
#define SD_SEND_IF_COND		8U
#define SD_SEND_CSD		9U
#define SD_STOP_TRANSMISSION	12U
#define SD_SEND_STATUS		13U
#define SD_SET_BLOCKLEN		16U
#define SD_READ_SINGLE		17U
#define SD_READ_MULTIPLE	18U
#define SD_WRITE_SINGLE		24U
#define SD_WRITE_MULTIPLE	25U
#define SD_APP_CMD		55U
#define SD_APP_SET_BUS_WIDTH	6U
#define SD_APP_OP_COND		41U
#define SD_APP_SEND_SCR		51U

/* 4.3.13: 2.7-3.6 V, and a pattern that comes back */
#define SD_IF_COND_ARGUMENT	0x000001aaU
#define SD_IF_COND_MASK		0x00000fffU

/* 5.1: OCR */
#define SD_OCR_POWERED_UP	(1U << 31)
#define SD_OCR_CCS		(1U << 30)	/* answer: high capacity */
#define SD_OCR_HCS		(1U << 30)	/* argument: we know of it */
#define SD_OCR_VOLTAGES		0x00ff8000U	/* 2.7-3.6 V */

/* 4.10.1, table 4-36: card status */
#define SD_STATUS_OUT_OF_RANGE	(1U << 31)
#define SD_STATUS_ADDRESS_ERROR	(1U << 30)
#define SD_STATUS_BLOCK_LEN	(1U << 29)
#define SD_STATUS_WP_VIOLATION	(1U << 26)
#define SD_STATUS_LOCKED	(1U << 25)
#define SD_STATUS_COM_CRC	(1U << 23)	/* of the command before */
#define SD_STATUS_ILLEGAL	(1U << 22)	/* the command before */
#define SD_STATUS_ECC_FAILED	(1U << 21)
#define SD_STATUS_CC_ERROR	(1U << 20)
#define SD_STATUS_ERROR		(1U << 19)
#define SD_STATUS_STATE(status)	(((status) >> 9) & 0xfU)
#define SD_STATUS_READY		(1U << 8)
#define SD_STATUS_APP_CMD	(1U << 5)

/* 4.10.1, table 4-36: CURRENT_STATE */
#define SD_STATE_TRANSFER	4U
#define SD_STATE_DATA		5U
#define SD_STATE_RECEIVE	6U

/* 4.3.10.2: check and switch; group 1 to function 1, the others as they are */
#define SD_SWITCH_CHECK		0x00fffff1U
#define SD_SWITCH_SET		0x80fffff1U
#define SD_SWITCH_BYTES		64U
/* 4.3.10.4, table 4-11: bit 401, group 1 has function 1; bits 379-376, chosen */
#define SD_SWITCH_CAN_BYTE	13U
#define SD_SWITCH_CAN_HIGH	0x02U
#define SD_SWITCH_IS_BYTE	16U
#define SD_SWITCH_IS_MASK	0x0fU

/* 5.6: SCR, 8 bytes, the first is the highest */
#define SD_SCR_BYTES		8U
#define SD_SCR_SPEC_BYTE	0U	/* SD_SPEC, bits 59-56 */
#define SD_SCR_SPEC_MASK	0x0fU
#define SD_SCR_WIDTHS_BYTE	1U	/* SD_BUS_WIDTHS, bits 51-48 */
#define SD_SCR_WIDTH_4		0x04U

/* 5.3.2, 5.3.3: CSD by its bits */
#define SD_CSD_STRUCTURE	127, 126
#define SD_CSD_CLASSES		95, 84
#define SD_CSD_CLASS_SWITCH	(1U << 10)
#define SD_CSD_1_READ_BL_LEN	83, 80
#define SD_CSD_1_SIZE		73, 62
#define SD_CSD_1_SIZE_MULT	49, 47
#define SD_CSD_2_SIZE		69, 48
#define SD_CSD_WRITE_PROTECT	13, 12	/* permanent, temporary */

/* 4.4, 4.3.10: clocks */
#define SD_DEFAULT_SPEED_HZ	25000000U
#define SD_HIGH_SPEED_HZ	50000000U

/* 4.2.3: initialization takes a second at most */
#define SD_INIT_MS		1000U
/* 4.6.2.2: writes take 250 ms at most, on SDXC 500 ms */
#define SD_BUSY_MS		500U

#endif /* SDCARD_REGS_H */
