/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines that somebody types, or a test sends. */
#ifndef CONSOLE_LINE_H
#define CONSOLE_LINE_H

#include <stddef.h>

/*
 * The next line, without its end; of one that is longer than @p size - 1,
 * its beginning. The task sleeps while there is none.
 */
void console_line(char *line, size_t size);

#endif /* CONSOLE_LINE_H */
