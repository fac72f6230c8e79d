/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of a program, word by word; what is wrong goes to program.problem. */
#ifndef PROGRAM_WORDS_H
#define PROGRAM_WORDS_H

#include "step.h"

/* @p c ends a call. */
bool program_is_end(char c);

const char *program_skip_spaces(const char *at);

/* The word at @p at is @p word. */
bool program_word_is(const char *at, const char *word);

/* Take it if it is; move to what follows. */
bool program_take_word(const char **at, const char *word);

unsigned long program_take_number(const char **at);
void program_take_name(const char **at, char *name);

/* Take a call with its arguments. NULL: there is none of that name. */
const struct program_verb *program_take_step(const char **at,
					     struct program_step *step);

/* Take what makes an object. NULL: there is none of that name. */
const struct program_maker *program_take_maker(const char **at);

#endif /* PROGRAM_WORDS_H */
