/* SPDX-License-Identifier: BSD-3-Clause */
/* Temperature of the SoC, as the firmware measures it: a sensor. */
#ifndef FIRMWARE_THERMAL_H
#define FIRMWARE_THERMAL_H

#include "../../firmware/firmware.h"
#include "../../sensor/sensor.h"

struct firmware_thermal {
	/* From the board: */
	firmware_property_t firmware;	/* NULL: none to ask */
	/* The driver's own: */
	struct sensor sensor;		/* one quantity: degrees Celsius */
};

/* Make `sensor` usable; asks nobody yet. 0. */
int firmware_thermal_init(struct firmware_thermal *dev);

#endif /* FIRMWARE_THERMAL_H */
