/* SPDX-License-Identifier: BSD-3-Clause */
/* One command to the card and what its answer means; within this folder. */
#ifndef SDCARD_COMMANDS_H
#define SDCARD_COMMANDS_H

#include "sdcard.h"

/* An answer in which the card says that it failed. */
int sdcard_judge(uint32_t status);

/* A command without data; the answer's first word into @p answer, or NULL. */
int sdcard_command(struct sdcard *card, uint8_t index,
		   enum mmc_response kind, uint32_t argument,
		   uint32_t *answer);

/* An application command: CMD55 and then this one. */
int sdcard_app_command(struct sdcard *card, uint8_t index,
		       enum mmc_response kind, uint32_t argument,
		       uint32_t *answer);

/* Its status; _TIMEOUT when nobody answers. */
int sdcard_status(struct sdcard *card, uint32_t *status);

/* Everything up to the fastest mode; forgets what was known of a card. */
int sdcard_identify(struct sdcard *card);

#endif /* SDCARD_COMMANDS_H */
