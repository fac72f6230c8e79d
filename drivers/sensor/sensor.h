/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sensors of any kind: what a driver of one offers, and how it is read. An
 * application puts pointers to them into a table and need know no more.
 */
#ifndef DRIVERS_SENSOR_H
#define DRIVERS_SENSOR_H

#include <stddef.h>
#include <stdint.h>

/* No driver here measures more at once. */
#define SENSOR_QUANTITIES_MAX	4U

#define SENSOR_OK		0

/* What is measured: values come in thousandths of the unit. */
struct sensor_quantity {
	const char *name;
	const char *unit;
};

struct sensor;

/* What a driver does. Tasks call these; they may block for a short time. */
struct sensor_ops {
	/* Take the part into use, also after it was away; SENSOR_OK or < 0. */
	int (*start)(struct sensor *sensor);
	/* One value for each quantity; SENSOR_OK or < 0. */
	int (*read)(struct sensor *sensor, int32_t *milli);
	/* What an error of these is called in a message. */
	const char *(*error_text)(int error);
};

enum sensor_state {
	SENSOR_NEW,	/* has never answered */
	SENSOR_READY,
	SENSOR_LOST,	/* did answer, and does no longer */
};

/* A member of a sensor driver's own structure. */
struct sensor {
	/* Set by the driver */
	const char *name;
	const struct sensor_ops *ops;
	const struct sensor_quantity *quantities;
	uint32_t count;			/* of quantities */

	/* Kept by sensor_read() */
	enum sensor_state state;
	int error;			/* of the last reading */
	uint32_t readings;		/* good ones */
	uint32_t errors;
	uint32_t losses;		/* from READY to LOST */
	uint32_t starts;		/* from NEW or LOST to READY */
};

static inline void sensor_init(struct sensor *sensor, const char *name,
			       const struct sensor_ops *ops,
			       const struct sensor_quantity *quantities,
			       uint32_t count)
{
	*sensor = (struct sensor){
		.name = name,
		.ops = ops,
		.quantities = quantities,
		.count = count,
	};
}

/*
 * Read all quantities; a sensor that is not in use is taken into use first,
 * so that one that was away is back with the first reading that succeeds.
 * SENSOR_OK, or the driver's error and @p milli is as it was. One task at a
 * time.
 */
static inline int sensor_read(struct sensor *sensor, int32_t *milli)
{
	int32_t values[SENSOR_QUANTITIES_MAX];
	int rc = SENSOR_OK;

	if (sensor->state != SENSOR_READY) {
		rc = sensor->ops->start(sensor);
		if (rc == SENSOR_OK) {
			sensor->state = SENSOR_READY;
			sensor->starts++;
		}
	}
	if (rc == SENSOR_OK)
		rc = sensor->ops->read(sensor, values);
	sensor->error = rc;
	if (rc == SENSOR_OK) {
		sensor->readings++;
		for (uint32_t i = 0; i < sensor->count; i++)
			milli[i] = values[i];
		return rc;
	}
	sensor->errors++;
	if (sensor->state == SENSOR_READY) {
		sensor->state = SENSOR_LOST;
		sensor->losses++;
	}
	return rc;
}

static inline const char *sensor_error_text(const struct sensor *sensor)
{
	return sensor->ops->error_text(sensor->error);
}

static inline const char *sensor_state_text(const struct sensor *sensor)
{
	static const char *const text[] = {
		[SENSOR_NEW] = "new",
		[SENSOR_READY] = "ready",
		[SENSOR_LOST] = "lost",
	};

	return text[sensor->state];
}

#endif /* DRIVERS_SENSOR_H */
