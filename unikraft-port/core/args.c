/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Boot arguments: words for main(), and those that uk-board keeps.
 *
 * ukboard.poll=<device>,<device>  these devices' interrupts do not arrive on
 *                                 this machine: their drivers poll.
 */
#include <board.h>
#include <image.h>
#include <string.h>
#include <uk/print.h>

#define TEXT_MAX	1024
#define WORDS_MAX	32
#define POLL		"ukboard.poll="

static char text[TEXT_MAX];
static char *words[WORDS_MAX + 1];

static void poll_device(const char *name, __sz len)
{
	unsigned int i;

	for (i = 0; i < board.irq_slot_count; i++) {
		const struct board_irq_slot *slot = &board.irq_slots[i];

		if (!strncmp(slot->device, name, len) && !slot->device[len])
			*slot->irq = BOARD_IRQ_NONE;
	}
}

/* Names of devices that are not in this image are nobody's business. */
static void poll_devices(const char *names)
{
	while (*names) {
		const char *end = strchr(names, ',');
		__sz len = end ? (__sz)(end - names) : strlen(names);

		poll_device(names, len);
		names += len + (end ? 1 : 0);
	}
}

static void take_word(char *word, struct core_args *args)
{
	if (!strncmp(word, POLL, strlen(POLL)))
		poll_devices(word + strlen(POLL));
	else if (args->argc < WORDS_MAX)
		words[args->argc++] = word;
}

static void split(struct core_args *args)
{
	char *at = text;

	while (*at) {
		char *word;

		while (*at == ' ' || *at == '\n')
			at++;
		word = at;
		while (*at && *at != ' ' && *at != '\n')
			at++;
		if (*at)
			*at++ = '\0';
		if (*word)
			take_word(word, args);
	}
}

void args_init(const char *bootargs, struct core_args *args)
{
	static char program[] = "uk-board";
	int len = -1;

	if (board.command_line)
		len = board.command_line(text, sizeof(text));
	if (len < 0) {
		text[0] = '\0';
		if (bootargs)
			strncpy(text, bootargs, sizeof(text) - 1);
	}
	words[0] = program;
	args->argc = 1;
	args->argv = words;
	split(args);
	words[args->argc] = NULL;
}
