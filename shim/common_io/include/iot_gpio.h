/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS Common I/O: GPIO. Number n is pin n of the SoC. */
#ifndef IOT_GPIO_H
#define IOT_GPIO_H

#include <stdint.h>

/* What the functions return */
#define IOT_GPIO_SUCCESS			( 0 )
#define IOT_GPIO_INVALID_VALUE			( 1 )
#define IOT_GPIO_READ_FAILED			( 2 )
#define IOT_GPIO_WRITE_FAILED			( 3 )
#define IOT_GPIO_FUNCTION_NOT_SUPPORTED		( 4 )

typedef enum {
	eGpioDirectionInput,
	eGpioDirectionOutput
} IotGpioDirection_t;

typedef enum {
	eGpioOpenDrain,
	eGpioPushPull
} IotGpioOutputMode_t;

typedef enum {
	eGpioPullNone,
	eGpioPullUp,
	eGpioPullDown
} IotGpioPull_t;

/* When the callback is called; for a level once, until it is set again. */
typedef enum {
	eGpioInterruptNone,
	eGpioInterruptRising,
	eGpioInterruptFalling,
	eGpioInterruptEdge,
	eGpioInterruptLow,
	eGpioInterruptHigh,
} IotGpioInterrupt_t;

/* Requests of iot_gpio_ioctl(), and what its buffer is */
typedef enum {
	eSetGpioFunction,	/* int32_t: function select of the SoC */
	eSetGpioDirection,	/* IotGpioDirection_t */
	eSetGpioPull,		/* IotGpioPull_t */
	eSetGpioOutputMode,	/* IotGpioOutputMode_t */
	eSetGpioInterrupt,	/* IotGpioInterrupt_t */
	eSetGpioSpeed,		/* int32_t; not supported here */
	eSetGpioDriveStrength,	/* int32_t; not supported here */
	eGetGpioFunction,	/* int32_t */
	eGetGpioDirection,	/* IotGpioDirection_t */
	eGetGpioPull,		/* IotGpioPull_t */
	eGetGpioOutputType,	/* IotGpioOutputMode_t */
	eGetGpioInterrupt,	/* IotGpioInterrupt_t */
	eGetGpioSpeed,		/* int32_t; not supported here */
	eGetGpioDriveStrength	/* int32_t; not supported here */
} IotGpioIoctlRequest_t;

struct IotGpioDescriptor;
typedef struct IotGpioDescriptor *IotGpioHandle_t;

/* Called in an interrupt, with the level of the pin at that time. */
typedef void (*IotGpioCallback_t)(uint8_t ucPinState, void *pvUserContext);

/* An input without a pull; NULL: there is no such pin, or it is open. */
IotGpioHandle_t iot_gpio_open(int32_t lGpioNumber);

void iot_gpio_set_callback(IotGpioHandle_t const pxGpio,
			   IotGpioCallback_t xGpioCallback,
			   void *pvUserContext);

int32_t iot_gpio_read_sync(IotGpioHandle_t const pxGpio,
			   uint8_t *pucPinState);

int32_t iot_gpio_write_sync(IotGpioHandle_t const pxGpio, uint8_t ucPinState);

/* The pin becomes an input without a pull and without interrupts. */
int32_t iot_gpio_close(IotGpioHandle_t const pxGpio);

int32_t iot_gpio_ioctl(IotGpioHandle_t const pxGpio,
		       IotGpioIoctlRequest_t xRequest, void *const pvBuffer);

#endif /* IOT_GPIO_H */
