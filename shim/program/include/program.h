/* SPDX-License-Identifier: BSD-3-Clause */
/* A program of FreeRTOS calls in text. Plain declarations: cffi reads them too. */
#ifndef PROGRAM_H
#define PROGRAM_H

/*
 * Take over @p text: make its objects, tasks, threads and interrupt handlers.
 * NULL, or what is wrong with it. Spaces may be commas, ends of line slashes.
 */
const char *program_load(const char *text);

/* vTaskStartScheduler(); what the tasks do is then in the trace. */
void program_start(void);

/* The trace so far, a line for each call that is done. */
const char *program_trace(void);

/* How many ticks the program is given. */
unsigned long program_ticks(void);

#endif /* PROGRAM_H */
