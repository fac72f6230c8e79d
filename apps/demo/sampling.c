/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts on the bus, and the task that reads them. */
#include "sampling.h"

#include <stdio.h>
#include <string.h>
#include <uk/console.h>

#include "task.h"

#include "board_devices.h"
#include "dps310.h"
#include "lsm303dlhc_mag.h"
#include "station.h"
#include "text.h"
#include "tmp105.h"

#define STACK_WORDS	640
/* Above who serves: a busy network delays no reading */
#define PRIORITY	6

static struct tmp105 t0;
static struct dps310 p0;
static struct lsm303dlhc_mag m0;

/* A part; `about` comes before the names of its quantities. */
static struct part {
	struct sensor *sensor;
	const char *type, *about;
	int32_t notable;	/* thousandths: a change worth a line */
} parts[] = {
	{ NULL, "tmp105", "", 500 },
	{ NULL, "dps310", "", 100000 },
	{ NULL, "lsm303dlhc_mag", "magnetic field ", 1000 },
};

#define PARTS	(sizeof(parts) / sizeof(parts[0]))

static struct sensor_label labels[SENSORS_MAX];
static char names[SENSORS_MAX][32];
static unsigned int sensors;

static QueueHandle_t rounds_queue;
static uint64_t rounds_lost;

/* What was told last of each sensor. */
static struct told {
	const char *error;
	int32_t milli;
	bool any;
} told[SENSORS_MAX];

uint64_t sampling_rounds_lost(void)
{
	return rounds_lost;
}

static void add_label(const struct part *part, uint32_t quantity)
{
	const struct sensor_quantity *measured =
		&part->sensor->quantities[quantity];

	snprintf(names[sensors], sizeof(names[0]), "%s%s", part->about,
		 measured->name);
	labels[sensors] = (struct sensor_label){
		.name = part->sensor->name,
		.part = part->type,
		.quantity = names[sensors],
		.unit = measured->unit,
	};
	sensors++;
}

const struct sensor_label *sampling_labels(unsigned int *count)
{
	unsigned int i;
	uint32_t q;

	parts[0].sensor = tmp105_sensor(&t0, "t0", APP_T0_BUS, APP_T0_ADDRESS);
	parts[1].sensor = dps310_sensor(&p0, "p0", APP_P0_BUS, APP_P0_ADDRESS);
	parts[2].sensor = lsm303dlhc_mag_sensor(&m0, "m0", APP_M0_BUS,
						APP_M0_ADDRESS);
	for (i = 0, sensors = 0; i < PARTS; i++)
		for (q = 0; q < parts[i].sensor->count; q++)
			if (sensors < SENSORS_MAX)
				add_label(&parts[i], q);
	*count = sensors;
	return labels;
}

static void tell_value(const struct sensor_label *label, int32_t milli)
{
	const char *how = bcm2835_bsc_has_interrupt(&board_i2c1)
			  ? "interrupt" : "polling";
	char buffer[24];
	struct text value = text_in(buffer, sizeof(buffer));

	text_add_milli(&value, milli);
	printf("%s: %s %s (%s)\n", label->quantity, buffer, label->unit, how);
}

/* Tell of a reading if it is another than before. */
static void tell(unsigned int sensor, const struct reading *reading,
		 int32_t notable)
{
	struct told *before = &told[sensor];
	int64_t change = (int64_t)reading->milli - before->milli;

	if (reading->error) {
		if (reading->error != before->error)
			printf("%s: %s\n", labels[sensor].quantity,
			       reading->error);
		before->error = reading->error;
		return;
	}
	if (before->any && !before->error && change < notable
	    && -change < notable)
		return;
	tell_value(&labels[sensor], reading->milli);
	*before = (struct told){ .milli = reading->milli, .any = true };
}

static void read_round(struct round *round)
{
	int32_t milli[SENSOR_QUANTITIES_MAX];
	unsigned int i, number = 0;
	const char *error;
	uint32_t q;

	for (i = 0; i < PARTS; i++) {
		struct sensor *sensor = parts[i].sensor;

		error = sensor_read(sensor, milli) == SENSOR_OK
			? NULL : sensor_error_text(sensor);
		for (q = 0; q < sensor->count && number < sensors; q++) {
			round->of[number] = (struct reading){
				.error = error,
				.milli = error ? 0 : milli[q],
			};
			tell(number, &round->of[number], parts[i].notable);
			number++;
		}
	}
	round->at_ms = station_uptime_ms();
}

/* Whether a line "quit" has come from the console. */
static bool is_asked_to_quit(void)
{
	static const char quit[] = "quit";
	static size_t matched;
	char c;

	while (uk_console_in(&c, 1) == 1) {
		if (c == '\r' || c == '\n') {
			if (matched == strlen(quit))
				return true;
			matched = 0;
		} else if (matched < strlen(quit) && c == quit[matched]) {
			matched++;
		} else {
			/* Not it, until the line ends */
			matched = sizeof(quit);
		}
	}
	return false;
}

static void sample(void *arg)
{
	TickType_t woken = xTaskGetTickCount();
	struct round round = { 0 };

	(void)arg;
	while (!is_asked_to_quit()) {
		read_round(&round);
		if (xQueueSend(rounds_queue, &round, 0) != pdPASS)
			rounds_lost++;
		xTaskDelayUntil(&woken, pdMS_TO_TICKS(ROUND_PERIOD_MS));
	}
	vTaskEndScheduler();
}

bool sampling_start(QueueHandle_t rounds)
{
	rounds_queue = rounds;
	return xTaskCreate(sample, "sample", STACK_WORDS, NULL, PRIORITY, NULL)
	       == pdPASS;
}
