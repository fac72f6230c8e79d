/* SPDX-License-Identifier: BSD-3-Clause */
/* The task that reads the sensors, a round at a time. */
#ifndef SAMPLING_H
#define SAMPLING_H

#include "FreeRTOS.h"
#include "queue.h"

#include "history.h"

/* What the parts of this board measure; there are `*count`. */
const struct sensor_label *sampling_labels(unsigned int *count);

/*
 * Read a round every ROUND_PERIOD_MS and send it to `rounds`; the task never
 * waits for whoever takes them. What changes goes to the console too; the
 * line "quit" from there ends the program. False without memory.
 */
bool sampling_start(QueueHandle_t rounds);

/* Rounds that found the queue full. */
uint64_t sampling_rounds_lost(void);

#endif /* SAMPLING_H */
