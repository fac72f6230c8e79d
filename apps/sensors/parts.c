/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts on the bus, read and set with one line of output each. */
#include <stdio.h>
#include <string.h>

#include "FreeRTOS.h"

#include "board_devices.h"

#include "at24c.h"
#include "dps310.h"
#include "ds1338.h"
#include "emc1413.h"
#include "lsm303dlhc_mag.h"
#include "pca9548.h"
#include "sensor.h"
#include "sensors.h"
#include "spi_nor.h"
#include "tmp105.h"

/* What fits into a line of commands */
#define BYTES_MAX	64U

static struct tmp105 t0, t1;
static struct lsm303dlhc_mag mag0;
static struct dps310 p0;
static struct emc1413 t3;
static struct pca9548 m0;
static struct ds1338 c0;
static struct at24c e0, e1;

#define SENSORS		5U
static struct sensor *sensors[SENSORS];

void parts_init(void)
{
	sensors[0] = tmp105_sensor(&t0, "t0", APP_T0_BUS, APP_T0_ADDRESS);
	sensors[1] = tmp105_sensor(&t1, "t1", APP_T1_BUS, APP_T1_ADDRESS);
	sensors[2] = lsm303dlhc_mag_sensor(&mag0, "mag0", APP_MAG0_BUS,
					   APP_MAG0_ADDRESS);
	sensors[3] = dps310_sensor(&p0, "p0", APP_P0_BUS, APP_P0_ADDRESS);
	sensors[4] = emc1413_sensor(&t3, "t3", APP_T3_BUS, APP_T3_ADDRESS);
	pca9548_init(&m0, APP_M0_BUS, APP_M0_ADDRESS);
	ds1338_init(&c0, APP_C0_BUS, APP_C0_ADDRESS);
	configASSERT(!at24c_init(&e0, APP_E0_BUS, APP_E0_ADDRESS,
				 AT24C_KIND_02));
	configASSERT(!at24c_init(&e1, APP_E1_BUS, APP_E1_ADDRESS,
				 AT24C_KIND_32));
	/* What is behind the switch shall be there at the start. */
	pca9548_select(&m0, 1U << APP_T1_CHANNEL);
}

/* ---- Sensors ---- */

/* Thousandths as a decimal number with its unit. */
static void value_print(const char *name, int32_t milli, const char *unit)
{
	uint32_t size = milli < 0 ? 0U - (uint32_t)milli : (uint32_t)milli;

	printf(" %s=%s%lu.%03lu%s", name, milli < 0 ? "-" : "",
	       (unsigned long)(size / 1000), (unsigned long)(size % 1000),
	       unit);
}

static void sensor_print(struct sensor *sensor)
{
	int32_t milli[SENSOR_QUANTITIES_MAX];

	if (sensor_read(sensor, milli))
		printf("%s error=\"%s\"", sensor->name,
		       sensor_error_text(sensor));
	else
		printf("%s", sensor->name);
	for (uint32_t i = 0; !sensor->error && i < sensor->count; i++)
		value_print(sensor->quantities[i].name, milli[i],
			    sensor->quantities[i].unit);
	printf(" state=%s readings=%lu errors=%lu losses=%lu starts=%lu\n",
	       sensor_state_text(sensor), (unsigned long)sensor->readings,
	       (unsigned long)sensor->errors, (unsigned long)sensor->losses,
	       (unsigned long)sensor->starts);
}

void parts_read(void)
{
	for (uint32_t i = 0; i < SENSORS; i++)
		sensor_print(sensors[i]);
	printf("read: done\n");
}

/* "limits LOW HIGH" in thousandths of a degree; without, what is set */
void parts_limits(const char *arguments)
{
	int32_t low, high;
	int rc = I2C_OK;

	if (word_number(&arguments, &low) && word_number(&arguments, &high))
		rc = tmp105_set_limits(&t0, low, high);
	if (!rc)
		rc = tmp105_limits(&t0, &low, &high);
	if (rc)
		printf("limits: error=\"%s\"\n", tmp105_error_text(rc));
	else
		printf("limits: low=%ld high=%ld\n", (long)low, (long)high);
}

/* "switch MASK" */
void parts_switch(const char *arguments)
{
	int32_t channels;
	int rc;

	if (!word_number(&arguments, &channels) || channels < 0
	    || channels > 0xff) {
		printf("switch: a mask of channels is expected\n");
		return;
	}
	rc = pca9548_select(&m0, (uint8_t)channels);
	if (rc)
		printf("switch: error=\"%s\"\n", pca9548_error_text(rc));
	else
		printf("switch: channels=0x%02lx\n", (unsigned long)channels);
}

/* ---- The clock ---- */

/* "2031-03-14 15:09:26" is six numbers for this. */
static bool clock_parse(const char *text, struct rtc_time *time)
{
	static const char between[] = "-- ::";
	int32_t field[6];

	for (unsigned int i = 0; i < 6; i++) {
		field[i] = 0;
		if (*text < '0' || *text > '9')
			return false;
		while (*text >= '0' && *text <= '9' && field[i] < 10000)
			field[i] = field[i] * 10 + *text++ - '0';
		if (i < 5 && *text++ != between[i])
			return false;
		if (i && field[i] > 99)
			return false;
	}
	*time = (struct rtc_time){
		(uint16_t)field[0], (uint8_t)field[1], (uint8_t)field[2],
		(uint8_t)field[3], (uint8_t)field[4], (uint8_t)field[5],
	};
	return *text == '\0';
}

/* "clock YYYY-MM-DD hh:mm:ss"; without one, what it is */
void parts_clock(const char *arguments)
{
	struct rtc_time time = { 0 };
	int rc = I2C_OK;

	if (*arguments)
		rc = clock_parse(arguments, &time) ? ds1338_set(&c0, &time)
						   : DS1338_ERR_NO_TIME;
	if (!rc)
		rc = ds1338_get(&c0, &time);
	if (rc)
		printf("clock: error=\"%s\"\n", ds1338_error_text(rc));
	else
		printf("clock: %04u-%02u-%02u %02u:%02u:%02u\n", time.year,
		       time.month, time.day, time.hour, time.minute,
		       time.second);
}

/* ---- Memories ---- */

static void eeprom_print(struct at24c *dev, const char *name, uint32_t offset,
			 uint32_t length)
{
	uint8_t bytes[BYTES_MAX];
	int rc = length <= BYTES_MAX ? at24c_read(dev, offset, bytes, length)
				     : AT24C_ERR_RANGE;

	if (rc) {
		printf("%s: error=\"%s\"\n", name, at24c_error_text(rc));
		return;
	}
	printf("%s: ", name);
	for (uint32_t i = 0; i < length; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

/* "eeprom e0 read OFFSET LENGTH", "eeprom e0 write OFFSET BYTES" */
void parts_eeprom(const char *arguments)
{
	char name[4], verb[8];
	uint8_t bytes[BYTES_MAX];
	int32_t offset, length;
	struct at24c *dev;
	int rc;

	if (!word_take(&arguments, name, sizeof(name))
	    || !word_take(&arguments, verb, sizeof(verb))
	    || !word_number(&arguments, &offset) || offset < 0) {
		printf("eeprom: a name, a verb, an offset are expected\n");
		return;
	}
	dev = !strcmp(name, "e1") ? &e1 : &e0;
	if (!strcmp(verb, "read")) {
		if (word_number(&arguments, &length) && length >= 0)
			eeprom_print(dev, name, (uint32_t)offset,
				     (uint32_t)length);
		else
			printf("eeprom: a length is expected\n");
		return;
	}
	length = (int32_t)word_bytes(&arguments, bytes, sizeof(bytes));
	rc = at24c_write(dev, (uint32_t)offset, bytes, (size_t)length);
	if (rc)
		printf("%s: error=\"%s\"\n", name, at24c_error_text(rc));
	else
		printf("%s: written=%ld\n", name, (long)length);
}

/* "flash": who is on the SPI bus, and how it was asked */
void parts_flash(const char *arguments)
{
	const char *how = bcm2835_spi_has_interrupt(&board_spi0)
			  ? "interrupt" : "polling";
	struct spi_nor_id id;
	int rc = spi_nor_read_id(APP_F0_BUS, APP_F0_SELECT, &id);

	(void)arguments;
	if (rc)
		printf("flash: error=\"%s\" (%s)\n",
		       rc == SPI_NOR_ERR_NONE ? "no answer"
					      : spi_error_text(rc), how);
	else
		printf("flash: id=%02x%02x%02x (%s)\n", id.maker, id.type,
		       id.capacity, how);
}
