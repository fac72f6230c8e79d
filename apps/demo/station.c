/* SPDX-License-Identifier: BSD-3-Clause */
/* What this board says of itself. */
#include "station.h"

#include <board.h>
#include <image.h>
#include <uk/plat/time.h>

#include "FreeRTOS.h"
#include "task.h"

#include "network.h"
#include "sampling.h"

/* Memory is mapped in blocks of this size; the image lies in the first. */
#define BLOCK_SIZE	0x200000UL

extern __u64 core_ram_bytes;

uint64_t station_uptime_ms(void)
{
	return ukplat_monotonic_clock() / 1000000U;
}

/* All that is not free, but for what lies unused below the image. */
static uint64_t ram_used(uint64_t heap_free)
{
	uint64_t below = (uint64_t)__image_start % BLOCK_SIZE;

	return core_ram_bytes - heap_free - below;
}

void station_look(struct station *station)
{
	struct network_status network;

	network_status(&network);
	station->board = board.name;
	station->title = board.title;
	station->uptime_ms = station_uptime_ms();
	station->heap_free_bytes = xPortGetFreeHeapSize();
	station->ram_used_bytes = ram_used(station->heap_free_bytes);
	station->tasks = uxTaskGetNumberOfTasks();
	station->rx_frames = network.rx_frames;
	station->tx_frames = network.tx_frames;
	station->rx_lost = (uint64_t)network.rx_dropped + network.rx_errors;
	station->tx_lost = (uint64_t)network.tx_dropped + network.tx_errors;
	station->rounds_lost = sampling_rounds_lost();
}
