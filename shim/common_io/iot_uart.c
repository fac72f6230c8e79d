/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FreeRTOS Common I/O: UART over drivers/uart/uart.h. A port never waits, so
 * the waiting is here: a tick at a time, for as long as it takes.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "common_io_board.h"
#include "iot_uart.h"
#include "uart.h"
#include "worker.h"

/* What all ports here are set to */
#define WORD_BITS	8U

#define UART_OK		0
#define UART_CANCELLED	(-1)

struct IotUARTDescriptor {
	struct worker worker;
	struct IotUARTDescriptor *next;
	const struct common_io_uart *board;
	IotUARTCallback_t callback;
	void *context;
	volatile _Bool cancelled;
	uint16_t tx_done, rx_done;
	/* The operation */
	_Bool is_read;
	uint8_t *buffer;
	size_t length;
};

/* Instances that were ever open: a closed one is still a handle. */
static struct IotUARTDescriptor *descriptors;

static _Bool uart_is_open(const struct IotUARTDescriptor *handle)
{
	return handle && handle->worker.is_open;
}

/* ---- The operation ---- */

static size_t uart_move(const struct IotUARTDescriptor *handle, size_t done)
{
	struct uart_port *port = handle->board->port;
	uint8_t *data = handle->buffer + done;
	size_t left = handle->length - done;

	return handle->is_read ? port->ops->read(port, data, left)
			       : port->ops->write(port, data, left);
}

static int uart_work(struct worker *worker)
{
	struct IotUARTDescriptor *handle = (struct IotUARTDescriptor *)worker;
	size_t done = 0;

	handle->cancelled = 0;
	for (;;) {
		done += uart_move(handle, done);
		if (done == handle->length || handle->cancelled)
			break;
		vTaskDelay(1);
	}
	handle->tx_done = handle->is_read ? 0 : (uint16_t)done;
	handle->rx_done = handle->is_read ? (uint16_t)done : 0;
	return done == handle->length ? UART_OK : UART_CANCELLED;
}

static void uart_tell(struct worker *worker, int result)
{
	struct IotUARTDescriptor *handle = (struct IotUARTDescriptor *)worker;
	IotUARTOperationStatus_t status =
		handle->is_read ? eUartReadCompleted : eUartWriteCompleted;

	if (result)
		status = handle->is_read ? eUartLastReadFailed
					 : eUartLastWriteFailed;
	if (handle->callback)
		handle->callback(status, handle->context);
}

/* ---- Open and close ---- */

static struct IotUARTDescriptor *uart_find(int32_t instance)
{
	const struct common_io_uart *board = common_io_uart;
	struct IotUARTDescriptor *handle;

	while (board->port && board->instance != instance)
		board++;
	if (!board->port)
		return NULL;
	for (handle = descriptors; handle; handle = handle->next)
		if (handle->board == board)
			return handle;
	handle = pvPortMalloc(sizeof(*handle));
	if (!handle)
		return NULL;
	memset(handle, 0, sizeof(*handle));
	handle->board = board;
	handle->next = descriptors;
	descriptors = handle;
	return handle;
}

IotUARTHandle_t iot_uart_open(int32_t lUartInstance)
{
	struct IotUARTDescriptor *handle;

	vTaskSuspendAll();
	handle = uart_find(lUartInstance);
	xTaskResumeAll();
	if (!handle || !worker_open(&handle->worker))
		return NULL;
	handle->worker.work = uart_work;
	handle->worker.tell = uart_tell;
	handle->callback = NULL;
	handle->tx_done = handle->rx_done = 0;
	return handle;
}

int32_t iot_uart_close(IotUARTHandle_t const pxUartPeripheral)
{
	if (!uart_is_open(pxUartPeripheral))
		return IOT_UART_INVALID_VALUE;
	iot_uart_cancel(pxUartPeripheral);
	worker_close(&pxUartPeripheral->worker);
	return IOT_UART_SUCCESS;
}

void iot_uart_set_callback(IotUARTHandle_t const pxUartPeripheral,
			   IotUARTCallback_t xCallback, void *pvUserContext)
{
	if (!uart_is_open(pxUartPeripheral))
		return;
	taskENTER_CRITICAL();
	pxUartPeripheral->callback = xCallback;
	pxUartPeripheral->context = pvUserContext;
	taskEXIT_CRITICAL();
}

/* ---- Operations ---- */

/* Take the handle for an operation, or say why not. */
static int32_t uart_begin(struct IotUARTDescriptor *handle, _Bool is_read,
			  uint8_t *buffer, size_t length)
{
	/* What eGetTxNoOfbytes can tell */
	if (!uart_is_open(handle) || !buffer || !length || length > UINT16_MAX)
		return IOT_UART_INVALID_VALUE;
	if (!worker_take(&handle->worker))
		return IOT_UART_BUSY;
	handle->is_read = is_read;
	handle->buffer = buffer;
	handle->length = length;
	return IOT_UART_SUCCESS;
}

static int32_t uart_failure(_Bool is_read)
{
	return is_read ? IOT_UART_READ_FAILED : IOT_UART_WRITE_FAILED;
}

static int32_t uart_sync(struct IotUARTDescriptor *handle, _Bool is_read,
			 uint8_t *buffer, size_t length)
{
	int32_t rc = uart_begin(handle, is_read, buffer, length);

	if (rc)
		return rc;
	return worker_run(&handle->worker) ? uart_failure(is_read)
					   : IOT_UART_SUCCESS;
}

static int32_t uart_async(struct IotUARTDescriptor *handle, _Bool is_read,
			  uint8_t *buffer, size_t length)
{
	int32_t rc = uart_begin(handle, is_read, buffer, length);

	if (rc)
		return rc;
	return worker_start(&handle->worker) ? IOT_UART_SUCCESS
					     : uart_failure(is_read);
}

int32_t iot_uart_read_sync(IotUARTHandle_t const pxUartPeripheral,
			   uint8_t *const pvBuffer, size_t xBytes)
{
	return uart_sync(pxUartPeripheral, 1, pvBuffer, xBytes);
}

int32_t iot_uart_write_sync(IotUARTHandle_t const pxUartPeripheral,
			    uint8_t *const pvBuffer, size_t xBytes)
{
	return uart_sync(pxUartPeripheral, 0, pvBuffer, xBytes);
}

int32_t iot_uart_read_async(IotUARTHandle_t const pxUartPeripheral,
			    uint8_t *const pvBuffer, size_t xBytes)
{
	return uart_async(pxUartPeripheral, 1, pvBuffer, xBytes);
}

int32_t iot_uart_write_async(IotUARTHandle_t const pxUartPeripheral,
			     uint8_t *const pvBuffer, size_t xBytes)
{
	return uart_async(pxUartPeripheral, 0, pvBuffer, xBytes);
}

static void uart_cancel_transfer(struct worker *worker)
{
	((struct IotUARTDescriptor *)worker)->cancelled = 1;
}

int32_t iot_uart_cancel(IotUARTHandle_t const pxUartPeripheral)
{
	if (!uart_is_open(pxUartPeripheral))
		return IOT_UART_INVALID_VALUE;
	return worker_cancel(&pxUartPeripheral->worker, uart_cancel_transfer)
	       ? IOT_UART_SUCCESS : IOT_UART_NOTHING_TO_CANCEL;
}

/* ---- ioctl ---- */

/* The board's speed, and 8n1: nothing else can be set. */
static int32_t uart_configured(const struct IotUARTDescriptor *handle,
			       const IotUARTConfig_t *config)
{
	if (config->ulBaudrate != handle->board->port->baud
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
	if (!uart_is_open(pxUartPeripheral) || !pvBuffer)
		return IOT_UART_INVALID_VALUE;
	switch (xUartRequest) {
	case eUartSetConfig:
		return uart_configured(pxUartPeripheral, pvBuffer);
	case eUartGetConfig:
		*(IotUARTConfig_t *)pvBuffer = (IotUARTConfig_t){
			pxUartPeripheral->board->port->baud,
			eUartParityNone, eUartStopBitsOne, WORD_BITS, 0,
		};
		return IOT_UART_SUCCESS;
	case eGetTxNoOfbytes:
		*(uint16_t *)pvBuffer = pxUartPeripheral->tx_done;
		return IOT_UART_SUCCESS;
	case eGetRxNoOfbytes:
		*(uint16_t *)pvBuffer = pxUartPeripheral->rx_done;
		return IOT_UART_SUCCESS;
	default:
		return IOT_UART_INVALID_VALUE;
	}
}
