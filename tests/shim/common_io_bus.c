/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests of Common I/O: an I2C bus, an SPI bus and pins that do
 * nothing but tell what was asked of them, and take their time if told so.
 */
#include <string.h>
#include <uk_host.h>

#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

#include "common_io_board.h"
#include "gpio.h"
#include "i2c.h"
#include "iot_gpio.h"
#include "iot_i2c.h"
#include "iot_spi.h"
#include "iot_uart.h"
#include "spi.h"
#include "uart.h"

#define LOG_MAX		512

static char text[LOG_MAX];
static int result, start_result;
static uint32_t slow_ticks, starts;
static volatile _Bool cancelled;

static void note(char kind, uint32_t a, const uint8_t *bytes, size_t length)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = strlen(text);

	if (n + 8 + 2 * length >= LOG_MAX)
		return;
	text[n++] = kind;
	text[n++] = hex[a >> 4 & 15];
	text[n++] = hex[a & 15];
	text[n++] = ':';
	for (size_t i = 0; i < length; i++) {
		text[n++] = hex[bytes[i] >> 4];
		text[n++] = hex[bytes[i] & 15];
	}
	text[n++] = ' ';
	text[n] = '\0';
}

/* As long as it takes, or until somebody cancels it. */
static int pass(int cancelled_as)
{
	TickType_t end = xTaskGetTickCount() + slow_ticks;

	cancelled = 0;
	while ((int32_t)(xTaskGetTickCount() - end) < 0) {
		if (cancelled)
			return cancelled_as;
		vTaskDelay(1);
	}
	return result;
}

static struct i2c_bus i2c_bus;
static struct spi_bus spi_bus;
static uint32_t configured_hz, configured_ms;

static int i2c_pass(struct i2c_bus *bus, uint8_t address, const uint8_t *tx,
		    size_t tx_len, uint8_t *rx, size_t rx_len)
{
	int rc = pass(I2C_ERR_CANCELLED);

	(void)bus;
	note('i', address, tx, tx_len);
	for (size_t i = 0; !rc && i < rx_len; i++)
		rx[i] = (uint8_t)(0x10 + i);
	return rc;
}

static int i2c_set(struct i2c_bus *bus, uint32_t hz, uint32_t stretch_ms)
{
	(void)bus;
	if (hz > 400000)
		return I2C_ERR_ARGUMENT;
	configured_hz = hz;
	configured_ms = stretch_ms;
	return I2C_OK;
}

static void i2c_stop(struct i2c_bus *bus)
{
	(void)bus;
	cancelled = 1;
}

static int spi_pass(struct spi_bus *bus, const struct spi_setting *setting,
		    const uint8_t *tx, uint8_t *rx, size_t length)
{
	int rc = pass(SPI_ERR_CANCELLED);

	(void)bus;
	note('s', (uint32_t)setting->select << 4 | setting->mode,
	     tx ? tx : &setting->fill, tx ? length : 1);
	for (size_t i = 0; !rc && rx && i < length; i++)
		rx[i] = (uint8_t)(0x20 + i);
	return rc;
}

static void spi_stop(struct spi_bus *bus)
{
	(void)bus;
	cancelled = 1;
}

static int i2c_up(void)
{
	static const struct i2c_bus_ops ops = { i2c_pass, i2c_set, i2c_stop };

	starts++;
	if (!start_result)
		i2c_bus_init(&i2c_bus, &ops);
	return start_result;
}

static int spi_up(void)
{
	static const struct spi_bus_ops ops = { spi_pass, spi_stop };

	spi_bus_init(&spi_bus, &ops, 2);
	return 0;
}

/* ---- Pins ---- */

static struct gpio_chip chip;
static uint32_t functions[8], levels[8], pulls[8], events[8];
static gpio_handler handlers[8];
static void *handler_args[8];

static void pin_function(struct gpio_chip *c, uint32_t pin, uint32_t function)
{
	(void)c;
	functions[pin] = function;
}

static uint32_t pin_function_now(struct gpio_chip *c, uint32_t pin)
{
	(void)c;
	return functions[pin];
}

static void pin_pull(struct gpio_chip *c, uint32_t pin, enum gpio_pull pull)
{
	(void)c;
	pulls[pin] = pull;
}

static void pin_write(struct gpio_chip *c, uint32_t pin, uint32_t level)
{
	(void)c;
	levels[pin] = level;
}

static uint32_t pin_read(struct gpio_chip *c, uint32_t pin)
{
	(void)c;
	return levels[pin];
}

static int pin_event(struct gpio_chip *c, uint32_t pin, enum gpio_event event,
		     gpio_handler handler, void *arg)
{
	(void)c;
	if (pin == 7)
		return GPIO_ERR_NO_INTERRUPT;
	events[pin] = event;
	handlers[pin] = handler;
	handler_args[pin] = arg;
	return GPIO_OK;
}

static int gpio_up(void)
{
	static const struct gpio_chip_ops ops = {
		pin_function, pin_function_now, pin_pull, pin_write, pin_read,
		pin_event,
	};

	chip = (struct gpio_chip){ &ops, 8, 8 };
	return 0;
}

const struct common_io_i2c common_io_i2c[] = {
	{ 1, &i2c_bus, i2c_up },
	{ 0, NULL, NULL },
};
const struct common_io_spi common_io_spi[] = {
	{ 0, &spi_bus, spi_up },
	{ 0, NULL, NULL },
};
const struct common_io_gpio common_io_gpio = { &chip, gpio_up };

/* ---- A serial port that takes and gives a few bytes at a time ---- */

static uint8_t received[16];
static size_t received_count, at_once;

static size_t port_write(struct uart_port *port, const uint8_t *data,
			 size_t length)
{
	size_t n = length < at_once ? length : at_once;

	(void)port;
	if (n)
		note('u', 0, data, n);
	return n;
}

static size_t port_read(struct uart_port *port, uint8_t *data, size_t length)
{
	size_t n = length < received_count ? length : received_count;

	(void)port;
	memcpy(data, received, n);
	memmove(received, received + n, received_count - n);
	received_count -= n;
	return n;
}

static const struct uart_port_ops port_ops = { port_write, port_read };
static struct uart_port uart_port = { &port_ops, 115200 };

const struct common_io_uart common_io_uart[] = {
	{ 0, &uart_port },
	{ 0, NULL },
};

void port_takes(size_t count)
{
	at_once = count;
}

void port_receives(uint8_t byte)
{
	received[received_count++] = byte;
}

/* ---- For the tests ---- */

void bus_behaves(int with, uint32_t ticks)
{
	result = with;
	slow_ticks = ticks;
}

void bus_starts_with(int with)
{
	start_result = with;
}

uint32_t bus_starts(void)
{
	return starts;
}

uint32_t bus_speed(uint32_t *ms)
{
	*ms = configured_ms;
	return configured_hz;
}

/* What went over the buses since the last call. */
const char *bus_text(void)
{
	static char said[LOG_MAX];

	strcpy(said, text);
	text[0] = '\0';
	return said;
}

static uint32_t called;
static int last_status;
static IotI2CHandle_t again;
static uint8_t again_buffer[2];

static void i2c_called(IotI2COperationStatus_t status, void *context)
{
	called += (uint32_t)(uintptr_t)context;
	last_status = status;
	/* The next operation may begin in a callback. */
	if (again) {
		IotI2CHandle_t handle = again;

		again = NULL;
		iot_i2c_read_async(handle, again_buffer, 2);
	}
}

static void spi_called(IotSPITransactionStatus_t status, void *context)
{
	called += (uint32_t)(uintptr_t)context;
	last_status = status;
}

static void gpio_called(uint8_t state, void *context)
{
	called += (uint32_t)(uintptr_t)context;
	last_status = state;
}

void listen_i2c(void *handle, uint32_t by)
{
	iot_i2c_set_callback(handle, i2c_called, (void *)(uintptr_t)by);
}

void listen_i2c_again(void *handle)
{
	again = handle;
}

void listen_spi(void *handle, uint32_t by)
{
	iot_spi_set_callback(handle, spi_called, (void *)(uintptr_t)by);
}

void listen_gpio(void *handle, uint32_t by)
{
	iot_gpio_set_callback(handle, gpio_called, (void *)(uintptr_t)by);
}

static void uart_called(IotUARTOperationStatus_t status, void *context)
{
	called += (uint32_t)(uintptr_t)context;
	last_status = status;
}

void listen_uart(void *handle, uint32_t by)
{
	iot_uart_set_callback(handle, uart_called, (void *)(uintptr_t)by);
}

uint32_t listen_calls(int *status)
{
	uint32_t calls = called;

	*status = last_status;
	called = 0;
	return calls;
}

/* function, level, pull, event */
void pin_state(uint32_t pin, uint32_t *into)
{
	into[0] = functions[pin];
	into[1] = levels[pin];
	into[2] = pulls[pin];
	into[3] = events[pin];
}

void pin_fires(uint32_t pin, uint32_t level)
{
	if (handlers[pin])
		handlers[pin](pin, level, handler_args[pin]);
}
