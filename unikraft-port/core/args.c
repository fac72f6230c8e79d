/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Boot arguments: words for main(), and those that uk-board keeps.
 *
 * ukboard.lacks=<name>,<name>  what this machine lacks: <device>.irq, its
 *                              interrupt, so that its driver polls; or
 *                              <device>, which its driver then leaves alone.
 */
#include <board.h>
#include <image.h>
#include <string.h>
#include <uk/print.h>

#define TEXT_MAX	1024
#define WORDS_MAX	32
#define LACKS		"ukboard.lacks="

static char text[TEXT_MAX];
static char *words[WORDS_MAX + 1];

static void lacks_one(const char *name, __sz len)
{
	unsigned int i;

	for (i = 0; i < board.slot_count; i++) {
		const struct board_slot *slot = &board.slots[i];

		if (!strncmp(slot->name, name, len) && !slot->name[len])
			*slot->field = BOARD_LACKS;
	}
}

/* What is not in this image is nobody's business. */
static void lacks_all(const char *names)
{
	while (*names) {
		const char *end = strchr(names, ',');
		__sz len = end ? (__sz)(end - names) : strlen(names);

		lacks_one(names, len);
		names += len + (end ? 1 : 0);
	}
}

static void take_word(char *word, struct core_args *args)
{
	if (!strncmp(word, LACKS, strlen(LACKS)))
		lacks_all(word + strlen(LACKS));
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
