/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts of this application, and what a line on the console does. */
#ifndef SENSORS_H
#define SENSORS_H

#include <stdbool.h>
#include <stdint.h>

/* Say where all parts are; the bus must be up. */
void parts_init(void);

/* Read every sensor, and print a line for each value or error. */
void parts_read(void);

/* Each does what the rest of the line says and prints one line of it. */
void parts_limits(const char *arguments);
void parts_switch(const char *arguments);
void parts_clock(const char *arguments);
void parts_eeprom(const char *arguments);
void parts_flash(const char *arguments);

/* The same through FreeRTOS Common I/O: common_io.c */
void common_io(const char *arguments);

/* ---- Words of a line: words.c ---- */

/* Take a word off @p line; false when there is none, or none so short. */
bool word_take(const char **line, char *word, unsigned int size);

/* Take a number, decimal or 0x..., perhaps negative. */
bool word_number(const char **line, int32_t *value);

/* Take bytes in hexadecimal; how many, or 0 when that is no such word. */
unsigned int word_bytes(const char **line, uint8_t *bytes, unsigned int size);

#endif /* SENSORS_H */
