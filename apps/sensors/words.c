/* SPDX-License-Identifier: BSD-3-Clause */
/* Words of a line: numbers and bytes out of text. */
#include <stdlib.h>
#include <string.h>

#include "sensors.h"

bool word_take(const char **line, char *word, unsigned int size)
{
	unsigned int n = 0;

	while (**line == ' ')
		(*line)++;
	while (**line && **line != ' ') {
		if (n + 1 == size)
			return false;
		word[n++] = *(*line)++;
	}
	word[n] = '\0';
	return n > 0;
}

bool word_number(const char **line, int32_t *value)
{
	unsigned long number;
	char word[16], *end;
	bool negative;

	if (!word_take(line, word, sizeof(word)))
		return false;
	negative = word[0] == '-';
	if (!word[negative])
		return false;
	number = strtoul(word + negative, &end, 0);
	if (*end || number > INT32_MAX)
		return false;
	*value = negative ? -(int32_t)number : (int32_t)number;
	return true;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

unsigned int word_bytes(const char **line, uint8_t *bytes, unsigned int size)
{
	unsigned int n = 0;

	while (**line == ' ')
		(*line)++;
	while (**line && **line != ' ') {
		int high = nibble((*line)[0]);
		int low = high < 0 ? -1 : nibble((*line)[1]);

		if (low < 0 || n == size)
			return 0;
		bytes[n++] = (uint8_t)(high << 4 | low);
		*line += 2;
	}
	return n;
}
