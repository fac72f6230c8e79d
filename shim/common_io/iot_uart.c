/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FreeRTOS Common I/O: UART over drivers/uart/uart.h. A port never waits, so
 * the waiting is here: a tick at a time, for as long as it takes.
 */
#include "FreeRTOS.h"
#include "task.h"

#include "common_io_board.h"
#include "instance.h"
#include "iot_uart.h"
#include "uart.h"

/* What all ports here are set to */
#define WORD_BITS	8U

#define UART_OK		0
#define UART_CANCELLED	(-1)

struct IotUARTDescriptor {
	struct instance instance;
	volatile _Bool cancelled;
};

static struct uart_port *uart_port(const struct IotUARTDescriptor *handle)
{
	const struct common_io_uart *board = handle->instance.board;

	return board->port;
}

/* ---- An operation ---- */

static size_t uart_move(struct uart_port *port, const struct operation *op,
			size_t done)
{
	size_t left = op->length - done;

	return op->rx ? port->ops->read(port, op->rx + done, left)
		      : port->ops->write(port, op->tx + done, left);
}

static int uart_work(struct worker *worker)
{
	struct IotUARTDescriptor *handle = (struct IotUARTDescriptor *)worker;
	const struct operation *op = &handle->instance.operation;
	size_t done = 0;

	handle->cancelled = 0;
	for (;;) {
		done += uart_move(uart_port(handle), op, done);
		if (done == op->length || handle->cancelled)
			break;
		vTaskDelay(1);
	}
	handle->instance.tx_done = op->rx ? 0 : (uint16_t)done;
	handle->instance.rx_done = op->rx ? (uint16_t)done : 0;
	return done == op->length ? UART_OK : UART_CANCELLED;
}

static void uart_tell(struct worker *worker, int result)
{
	const struct instance *instance = (struct instance *)worker;
	IotUARTCallback_t callback = (IotUARTCallback_t)instance->callback;
	_Bool is_read = instance->operation.rx != NULL;
	IotUARTOperationStatus_t status =
		is_read ? eUartReadCompleted : eUartWriteCompleted;

	if (result)
		status = is_read ? eUartLastReadFailed : eUartLastWriteFailed;
	if (callback)
		callback(status, instance->context);
}

static void uart_cancel(struct worker *worker)
{
	((struct IotUARTDescriptor *)worker)->cancelled = 1;
}

static struct instances uarts = {
	.size = sizeof(struct IotUARTDescriptor),
	.ops = { uart_work, uart_tell, uart_cancel },
	.invalid = IOT_UART_INVALID_VALUE,
	.busy = IOT_UART_BUSY,
	.nothing_to_cancel = IOT_UART_NOTHING_TO_CANCEL,
};

/* ---- Open and close ---- */

static struct IotUARTDescriptor *uart_find(int32_t number)
{
	const struct common_io_uart *board = common_io_uart;

	while (board->port && board->instance != number)
		board++;
	return board->port ? instance_find(&uarts, board) : NULL;
}

IotUARTHandle_t iot_uart_open(int32_t lUartInstance)
{
	struct IotUARTDescriptor *handle = uart_find(lUartInstance);

	if (!handle || !instance_open(&uarts, &handle->instance))
		return NULL;
	return handle;
}

int32_t iot_uart_close(IotUARTHandle_t const pxUartPeripheral)
{
	return instance_close(&uarts, pxUartPeripheral);
}

void iot_uart_set_callback(IotUARTHandle_t const pxUartPeripheral,
			   IotUARTCallback_t xCallback, void *pvUserContext)
{
	instance_set_callback(pxUartPeripheral, (void (*)(void))xCallback,
			      pvUserContext);
}

/* ---- Operations ---- */

int32_t iot_uart_read_sync(IotUARTHandle_t const pxUartPeripheral,
			   uint8_t *const pvBuffer, size_t xBytes)
{
	return instance_sync(&uarts, pxUartPeripheral,
			     read_into(pvBuffer, xBytes,
				       IOT_UART_READ_FAILED));
}

int32_t iot_uart_write_sync(IotUARTHandle_t const pxUartPeripheral,
			    uint8_t *const pvBuffer, size_t xBytes)
{
	return instance_sync(&uarts, pxUartPeripheral,
			     write_from(pvBuffer, xBytes,
					IOT_UART_WRITE_FAILED));
}

int32_t iot_uart_read_async(IotUARTHandle_t const pxUartPeripheral,
			    uint8_t *const pvBuffer, size_t xBytes)
{
	return instance_async(&uarts, pxUartPeripheral,
			      read_into(pvBuffer, xBytes,
					IOT_UART_READ_FAILED));
}

int32_t iot_uart_write_async(IotUARTHandle_t const pxUartPeripheral,
			     uint8_t *const pvBuffer, size_t xBytes)
{
	return instance_async(&uarts, pxUartPeripheral,
			      write_from(pvBuffer, xBytes,
					 IOT_UART_WRITE_FAILED));
}

int32_t iot_uart_cancel(IotUARTHandle_t const pxUartPeripheral)
{
	return instance_cancel(&uarts, pxUartPeripheral);
}

/* ---- ioctl ---- */

/* The board's speed, and 8n1: nothing else can be set. */
static int32_t uart_configured(const struct IotUARTDescriptor *handle,
			       const IotUARTConfig_t *config)
{
	if (config->ulBaudrate != uart_port(handle)->baud
	    || config->xParity != eUartParityNone
	    || config->xStopbits != eUartStopBitsOne
	    || config->ucWordlength != WORD_BITS || config->ucFlowControl)
		return IOT_UART_FUNCTION_NOT_SUPPORTED;
	return IOT_UART_SUCCESS;
}

int32_t iot_uart_ioctl(IotUARTHandle_t const pxUartPeripheral,
		       IotUARTIoctlRequest_t xUartRequest,
		       void *const pvBuffer)
{
	if (!instance_is_open(pxUartPeripheral) || !pvBuffer)
		return IOT_UART_INVALID_VALUE;
	switch (xUartRequest) {
	case eUartSetConfig:
		return uart_configured(pxUartPeripheral, pvBuffer);
	case eUartGetConfig:
		*(IotUARTConfig_t *)pvBuffer = (IotUARTConfig_t){
			uart_port(pxUartPeripheral)->baud,
			eUartParityNone, eUartStopBitsOne, WORD_BITS, 0,
		};
		return IOT_UART_SUCCESS;
	case eGetTxNoOfbytes:
		*(uint16_t *)pvBuffer = pxUartPeripheral->instance.tx_done;
		return IOT_UART_SUCCESS;
	case eGetRxNoOfbytes:
		*(uint16_t *)pvBuffer = pxUartPeripheral->instance.rx_done;
		return IOT_UART_SUCCESS;
	default:
		return IOT_UART_INVALID_VALUE;
	}
}
