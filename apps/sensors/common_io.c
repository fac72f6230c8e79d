/* SPDX-License-Identifier: BSD-3-Clause */
/* A temperature, a pin and a serial port through FreeRTOS Common I/O. */
#include <stdio.h>
#include <string.h>

#include "FreeRTOS.h"
#include "semphr.h"

#include "iot_gpio.h"
#include "iot_i2c.h"
#include "iot_uart.h"
#include "sensors.h"

/* Longer than any transfer here, shorter than a test waits */
#define WAIT_TICKS	pdMS_TO_TICKS(1000)

static SemaphoreHandle_t ended;
static volatile IotI2COperationStatus_t status;

static void i2c_ended(IotI2COperationStatus_t xOpStatus, void *pvUserContext)
{
	(void)pvUserContext;
	status = xOpStatus;
	xSemaphoreGive(ended);
}

/* The temperature of the TMP105 at an address: "common i2c ADDRESS" */
static void common_i2c(const char *arguments)
{
	IotI2CHandle_t i2c = iot_i2c_open(1);
	uint8_t pointer = 0, data[2] = { 0 };
	uint16_t address, count = 0;
	int32_t number = 0, written, read = -1;

	if (!i2c || !word_number(&arguments, &number)) {
		printf("common: no such bus, or no address\n");
		return;
	}
	address = (uint16_t)number;
	iot_i2c_set_callback(i2c, i2c_ended, NULL);
	iot_i2c_ioctl(i2c, eI2CSetSlaveAddr, &address);
	iot_i2c_ioctl(i2c, eI2CSendNoStopFlag, NULL);
	written = iot_i2c_write_sync(i2c, &pointer, 1);
	status = eI2CDriverFailed;
	if (!written)
		read = iot_i2c_read_async(i2c, data, sizeof(data));
	if (!read && xSemaphoreTake(ended, WAIT_TICKS) == pdFAIL)
		iot_i2c_cancel(i2c);
	iot_i2c_ioctl(i2c, eI2CGetRxNoOfbytes, &count);
	printf("common: i2c write=%ld read=%ld status=%d bytes=%u data=%02x%02x"
	       " second=%s close=%ld,%ld\n", (long)written, (long)read,
	       (int)status, count, data[0], data[1],
	       iot_i2c_open(1) ? "open" : "refused",
	       (long)iot_i2c_close(i2c), (long)iot_i2c_close(i2c));
}

/* An output that is read back: "common gpio PIN" */
static void common_gpio(const char *arguments)
{
	IotGpioDirection_t direction = eGpioDirectionOutput;
	IotGpioHandle_t pin;
	int32_t number = -1;
	uint8_t low = 2, high = 2;

	if (!word_number(&arguments, &number))
		number = -1;
	pin = iot_gpio_open(number);
	if (!pin) {
		printf("common: no such pin\n");
		return;
	}
	iot_gpio_ioctl(pin, eSetGpioDirection, &direction);
	iot_gpio_read_sync(pin, &low);
	iot_gpio_write_sync(pin, 1);
	iot_gpio_read_sync(pin, &high);
	iot_gpio_close(pin);
	printf("common: gpio low=%u high=%u\n", low, high);
}

/* Three bytes from the console's UART and back: "common uart" */
static void common_uart(void)
{
	IotUARTHandle_t uart = iot_uart_open(0);
	uint8_t bytes[3] = { 0 };
	int32_t read, written;

	if (!uart) {
		printf("common: no such port\n");
		return;
	}
	printf("common: uart ready\n");
	read = iot_uart_read_sync(uart, bytes, sizeof(bytes));
	written = iot_uart_write_sync(uart, bytes, sizeof(bytes));
	iot_uart_close(uart);
	printf("common: uart read=%ld write=%ld\n", (long)read,
	       (long)written);
}

void common_io(const char *arguments)
{
	char word[8];

	if (!ended)
		ended = xSemaphoreCreateBinary();
	if (!word_take(&arguments, word, sizeof(word)))
		word[0] = '\0';
	if (!strcmp(word, "i2c"))
		common_i2c(arguments);
	else if (!strcmp(word, "gpio"))
		common_gpio(arguments);
	else if (!strcmp(word, "uart"))
		common_uart();
	else
		printf("common: i2c, gpio or uart is expected\n");
}
