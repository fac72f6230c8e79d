/* SPDX-License-Identifier: BSD-3-Clause */
/* For host tests: a firmware that knows a temperature, or does not. */
#include "FreeRTOS.h"

#include "firmware_thermal.h"

static struct firmware_thermal dev;
static uint32_t milli, failures, tags;

static int property(uint32_t tag, void *value, size_t size)
{
	uint32_t *words = value;

	tags = tag;
	if (size != 8 || words[0] != 0)
		return -1;
	if (failures) {
		failures--;
		return -16;
	}
	words[1] = milli;
	return 8;
}

void model_reset(uint32_t has_firmware)
{
	dev.firmware = has_firmware ? property : NULL;
	milli = failures = tags = 0;
	firmware_thermal_init(&dev);
}

void model_set(uint32_t value, uint32_t fails)
{
	milli = value;
	failures = fails;
}

int model_read(int32_t *into)
{
	return sensor_read(&dev.sensor, into);
}

uint32_t model_tag(void)
{
	return tags;
}

const char *model_text(void)
{
	return sensor_error_text(&dev.sensor);
}
