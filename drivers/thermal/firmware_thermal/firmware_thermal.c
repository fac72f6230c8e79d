/* SPDX-License-Identifier: BSD-3-Clause */
/* Wiki of github.com/raspberrypi/firmware: "Get temperature". */
#include "firmware_thermal.h"

/* The only one there is; Mailbox property interface: id should be 0 */
#define THERMAL_ID	0U

static struct firmware_thermal *thermal_of(struct sensor *sensor)
{
	return (struct firmware_thermal *)
		((uintptr_t)sensor - offsetof(struct firmware_thermal, sensor));
}

/* The firmware answers in thousandths of a degree, never below zero. */
static int thermal_read(struct sensor *sensor, int32_t *milli)
{
	uint32_t value;
	int rc = firmware_get(thermal_of(sensor)->firmware,
			      FIRMWARE_TEMPERATURE, THERMAL_ID, &value);

	if (!rc)
		*milli = (int32_t)value;
	return rc;
}

static int thermal_start(struct sensor *sensor)
{
	int32_t milli;

	return thermal_read(sensor, &milli);
}

static const char *thermal_error_text(int error)
{
	return error ? "the firmware does not tell" : "no error";
}

static const struct sensor_ops thermal_ops = {
	.start = thermal_start,
	.read = thermal_read,
	.error_text = thermal_error_text,
};

static const struct sensor_quantity thermal_quantities[] = {
	{ "temperature", "C" },
};

int firmware_thermal_init(struct firmware_thermal *dev)
{
	sensor_init(&dev->sensor, "soc", &thermal_ops, thermal_quantities, 1);
	return SENSOR_OK;
}
