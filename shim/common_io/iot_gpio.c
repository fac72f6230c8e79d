/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS Common I/O: GPIO over drivers/gpio/gpio.h. */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "common_io_board.h"
#include "gpio.h"
#include "iot_gpio.h"

struct IotGpioDescriptor {
	struct IotGpioDescriptor *next;
	uint32_t pin;
	_Bool is_open;
	_Bool level;		/* what an open drain is to be */
	IotGpioPull_t pull;
	IotGpioOutputMode_t mode;
	IotGpioInterrupt_t interrupt;
	IotGpioCallback_t callback;
	void *context;
};

/* Pins that were ever open: a closed one is still a handle. */
static struct IotGpioDescriptor *descriptors;
static _Bool started;

static struct gpio_chip *gpio_chip(void)
{
	return common_io_gpio.chip;
}

/* ---- Open and close ---- */

static struct IotGpioDescriptor *gpio_find(uint32_t pin)
{
	struct IotGpioDescriptor *handle;

	for (handle = descriptors; handle; handle = handle->next)
		if (handle->pin == pin)
			return handle;
	handle = pvPortMalloc(sizeof(*handle));
	if (!handle)
		return NULL;
	memset(handle, 0, sizeof(*handle));
	handle->pin = pin;
	handle->next = descriptors;
	descriptors = handle;
	return handle;
}

/* The descriptor of a pin, if it is not open; it is then. */
static struct IotGpioDescriptor *gpio_take(uint32_t pin)
{
	struct IotGpioDescriptor *handle;

	vTaskSuspendAll();
	handle = gpio_find(pin);
	if (handle && handle->is_open)
		handle = NULL;
	if (handle)
		handle->is_open = 1;
	xTaskResumeAll();
	return handle;
}

static void gpio_to_default(struct IotGpioDescriptor *handle)
{
	gpio_set_event(gpio_chip(), handle->pin, GPIO_EVENT_NONE, NULL, NULL);
	gpio_set_function(gpio_chip(), handle->pin, GPIO_FUNCTION_INPUT);
	gpio_set_pull(gpio_chip(), handle->pin, GPIO_PULL_NONE);
	handle->pull = eGpioPullNone;
	handle->mode = eGpioPushPull;
	handle->interrupt = eGpioInterruptNone;
	handle->callback = NULL;
	handle->level = 0;
}

IotGpioHandle_t iot_gpio_open(int32_t lGpioNumber)
{
	struct IotGpioDescriptor *handle;

	if (!gpio_chip())
		return NULL;
	/* The driver may have been set up beside this library. */
	if (!started && !gpio_chip()->ops && common_io_gpio.start())
		return NULL;
	started = 1;
	if (lGpioNumber < 0 || (uint32_t)lGpioNumber >= gpio_chip()->pins)
		return NULL;
	handle = gpio_take((uint32_t)lGpioNumber);
	if (handle)
		gpio_to_default(handle);
	return handle;
}

static _Bool gpio_is_open(const struct IotGpioDescriptor *handle)
{
	return handle && handle->is_open;
}

int32_t iot_gpio_close(IotGpioHandle_t const pxGpio)
{
	if (!gpio_is_open(pxGpio))
		return IOT_GPIO_INVALID_VALUE;
	gpio_to_default(pxGpio);
	pxGpio->is_open = 0;
	return IOT_GPIO_SUCCESS;
}

void iot_gpio_set_callback(IotGpioHandle_t const pxGpio,
			   IotGpioCallback_t xGpioCallback,
			   void *pvUserContext)
{
	if (!gpio_is_open(pxGpio) || !xGpioCallback)
		return;
	taskENTER_CRITICAL();
	pxGpio->callback = xGpioCallback;
	pxGpio->context = pvUserContext;
	taskEXIT_CRITICAL();
}

/* ---- Levels ---- */

/* An open drain drives low, and lets go for high. */
static void gpio_drive(struct IotGpioDescriptor *handle)
{
	_Bool drain = handle->mode == eGpioOpenDrain;

	gpio_write(gpio_chip(), handle->pin, !drain && handle->level);
	gpio_set_function(gpio_chip(), handle->pin,
			  drain && handle->level ? GPIO_FUNCTION_INPUT
						 : GPIO_FUNCTION_OUTPUT);
}

int32_t iot_gpio_read_sync(IotGpioHandle_t const pxGpio, uint8_t *pucPinState)
{
	if (!gpio_is_open(pxGpio) || !pucPinState)
		return IOT_GPIO_INVALID_VALUE;
	*pucPinState = (uint8_t)gpio_read(gpio_chip(), pxGpio->pin);
	return IOT_GPIO_SUCCESS;
}

int32_t iot_gpio_write_sync(IotGpioHandle_t const pxGpio, uint8_t ucPinState)
{
	if (!gpio_is_open(pxGpio))
		return IOT_GPIO_INVALID_VALUE;
	pxGpio->level = ucPinState != 0;
	/* A push-pull output that is none yet begins with this level. */
	if (pxGpio->mode == eGpioOpenDrain)
		gpio_drive(pxGpio);
	else
		gpio_write(gpio_chip(), pxGpio->pin, pxGpio->level);
	return IOT_GPIO_SUCCESS;
}

/* ---- Settings ---- */

static void gpio_called(uint32_t pin, uint32_t level, void *arg)
{
	struct IotGpioDescriptor *handle = arg;

	(void)pin;
	if (handle->callback)
		handle->callback((uint8_t)level, handle->context);
}

static int32_t gpio_interrupt(struct IotGpioDescriptor *handle,
			      IotGpioInterrupt_t interrupt)
{
	static const enum gpio_event events[] = {
		[eGpioInterruptNone] = GPIO_EVENT_NONE,
		[eGpioInterruptRising] = GPIO_EVENT_RISING,
		[eGpioInterruptFalling] = GPIO_EVENT_FALLING,
		[eGpioInterruptEdge] = GPIO_EVENT_EDGE,
		[eGpioInterruptLow] = GPIO_EVENT_LOW,
		[eGpioInterruptHigh] = GPIO_EVENT_HIGH,
	};

	if ((uint32_t)interrupt > eGpioInterruptHigh)
		return IOT_GPIO_INVALID_VALUE;
	if (gpio_set_event(gpio_chip(), handle->pin, events[interrupt],
			   gpio_called, handle))
		return IOT_GPIO_FUNCTION_NOT_SUPPORTED;
	handle->interrupt = interrupt;
	return IOT_GPIO_SUCCESS;
}

static int32_t gpio_pull(struct IotGpioDescriptor *handle, IotGpioPull_t pull)
{
	static const enum gpio_pull pulls[] = {
		[eGpioPullNone] = GPIO_PULL_NONE,
		[eGpioPullUp] = GPIO_PULL_UP,
		[eGpioPullDown] = GPIO_PULL_DOWN,
	};

	if ((uint32_t)pull > eGpioPullDown)
		return IOT_GPIO_INVALID_VALUE;
	gpio_set_pull(gpio_chip(), handle->pin, pulls[pull]);
	handle->pull = pull;
	return IOT_GPIO_SUCCESS;
}

static int32_t gpio_direction(struct IotGpioDescriptor *handle,
			      IotGpioDirection_t direction)
{
	if ((uint32_t)direction > eGpioDirectionOutput)
		return IOT_GPIO_INVALID_VALUE;
	if (direction == eGpioDirectionOutput)
		gpio_drive(handle);
	else
		gpio_set_function(gpio_chip(), handle->pin,
				  GPIO_FUNCTION_INPUT);
	return IOT_GPIO_SUCCESS;
}

static int32_t gpio_mode(struct IotGpioDescriptor *handle,
			 IotGpioOutputMode_t mode)
{
	if ((uint32_t)mode > eGpioPushPull)
		return IOT_GPIO_INVALID_VALUE;
	handle->mode = mode;
	return IOT_GPIO_SUCCESS;
}

static int32_t gpio_function(struct IotGpioDescriptor *handle,
			     int32_t function)
{
	if (function < 0
	    || gpio_set_function(gpio_chip(), handle->pin,
				 (uint32_t)function))
		return IOT_GPIO_INVALID_VALUE;
	return IOT_GPIO_SUCCESS;
}

static int32_t gpio_set(struct IotGpioDescriptor *handle,
			IotGpioIoctlRequest_t request, const void *buffer)
{
	switch (request) {
	case eSetGpioFunction:
		return gpio_function(handle, *(const int32_t *)buffer);
	case eSetGpioDirection:
		return gpio_direction(handle,
				      *(const IotGpioDirection_t *)buffer);
	case eSetGpioPull:
		return gpio_pull(handle, *(const IotGpioPull_t *)buffer);
	case eSetGpioOutputMode:
		return gpio_mode(handle,
				 *(const IotGpioOutputMode_t *)buffer);
	case eSetGpioInterrupt:
		return gpio_interrupt(handle,
				      *(const IotGpioInterrupt_t *)buffer);
	default:
		return IOT_GPIO_FUNCTION_NOT_SUPPORTED;
	}
}

static int32_t gpio_get(const struct IotGpioDescriptor *handle,
			IotGpioIoctlRequest_t request, void *buffer)
{
	uint32_t function = gpio_chip()->ops->function(gpio_chip(),
						       handle->pin);

	switch (request) {
	case eGetGpioFunction:
		*(int32_t *)buffer = (int32_t)function;
		break;
	case eGetGpioDirection:
		*(IotGpioDirection_t *)buffer =
			function == GPIO_FUNCTION_OUTPUT
			? eGpioDirectionOutput : eGpioDirectionInput;
		break;
	case eGetGpioPull:
		*(IotGpioPull_t *)buffer = handle->pull;
		break;
	case eGetGpioOutputType:
		*(IotGpioOutputMode_t *)buffer = handle->mode;
		break;
	case eGetGpioInterrupt:
		*(IotGpioInterrupt_t *)buffer = handle->interrupt;
		break;
	default:
		return IOT_GPIO_FUNCTION_NOT_SUPPORTED;
	}
	return IOT_GPIO_SUCCESS;
}

int32_t iot_gpio_ioctl(IotGpioHandle_t const pxGpio,
		       IotGpioIoctlRequest_t xRequest, void *const pvBuffer)
{
	if (!gpio_is_open(pxGpio) || !pvBuffer
	    || (uint32_t)xRequest > eGetGpioDriveStrength)
		return IOT_GPIO_INVALID_VALUE;
	return xRequest < eGetGpioFunction
	       ? gpio_set(pxGpio, xRequest, pvBuffer)
	       : gpio_get(pxGpio, xRequest, pvBuffer);
}
