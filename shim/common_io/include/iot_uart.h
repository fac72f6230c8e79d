/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS Common I/O: UART. Instance n is the board's device uart<n>. */
#ifndef IOT_UART_H
#define IOT_UART_H

#include <stddef.h>
#include <stdint.h>

#define IOT_UART_BAUD_RATE_DEFAULT		( 115200 )

/* What the functions return */
#define IOT_UART_SUCCESS			( 0 )
#define IOT_UART_INVALID_VALUE			( 1 )
#define IOT_UART_WRITE_FAILED			( 2 )
#define IOT_UART_READ_FAILED			( 3 )
#define IOT_UART_BUSY				( 4 )
#define IOT_UART_NOTHING_TO_CANCEL		( 5 )
#define IOT_UART_FUNCTION_NOT_SUPPORTED		( 6 )

/* How an asynchronous operation ended */
typedef enum {
	eUartWriteCompleted,
	eUartReadCompleted,
	eUartLastWriteFailed,
	eUartLastReadFailed,
} IotUARTOperationStatus_t;

typedef enum {
	eUartParityNone,
	eUartParityOdd,
	eUartParityEven,
} IotUARTParity_t;

typedef enum {
	eUartStopBitsOne,
	eUartStopBitsTwo,
} IotUARTStopBits_t;

/* Called from a task of the library's when an asynchronous operation ends. */
typedef void (*IotUARTCallback_t)(IotUARTOperationStatus_t xStatus,
				  void *pvUserContext);

struct IotUARTDescriptor;
typedef struct IotUARTDescriptor *IotUARTHandle_t;

/* Requests of iot_uart_ioctl(), and what its buffer is */
typedef enum {
	eUartSetConfig,		/* IotUARTConfig_t; the board's only */
	eUartGetConfig,		/* IotUARTConfig_t */
	eGetTxNoOfbytes,	/* uint16_t */
	eGetRxNoOfbytes		/* uint16_t */
} IotUARTIoctlRequest_t;

typedef struct {
	uint32_t ulBaudrate;
	IotUARTParity_t xParity;
	IotUARTStopBits_t xStopbits;
	uint8_t ucWordlength;
	uint8_t ucFlowControl;	/* 0: none, 1: there is */
} IotUARTConfig_t;

/* NULL: there is no such instance, or it is open. */
IotUARTHandle_t iot_uart_open(int32_t lUartInstance);

void iot_uart_set_callback(IotUARTHandle_t const pxUartPeripheral,
			   IotUARTCallback_t xCallback, void *pvUserContext);

/* Returns when all bytes are there. */
int32_t iot_uart_read_sync(IotUARTHandle_t const pxUartPeripheral,
			   uint8_t *const pvBuffer, size_t xBytes);

int32_t iot_uart_write_sync(IotUARTHandle_t const pxUartPeripheral,
			    uint8_t *const pvBuffer, size_t xBytes);

int32_t iot_uart_read_async(IotUARTHandle_t const pxUartPeripheral,
			    uint8_t *const pvBuffer, size_t xBytes);

int32_t iot_uart_write_async(IotUARTHandle_t const pxUartPeripheral,
			     uint8_t *const pvBuffer, size_t xBytes);

int32_t iot_uart_ioctl(IotUARTHandle_t const pxUartPeripheral,
		       IotUARTIoctlRequest_t xUartRequest,
		       void *const pvBuffer);

/* As iot_i2c_cancel(); what came until then is told by eGetRxNoOfbytes. */
int32_t iot_uart_cancel(IotUARTHandle_t const pxUartPeripheral);

/* What is under way is cancelled first. */
int32_t iot_uart_close(IotUARTHandle_t const pxUartPeripheral);

#endif /* IOT_UART_H */
