/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS Common I/O: I2C over drivers/i2c/i2c.h. */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "common_io_board.h"
#include "i2c.h"
#include "iot_i2c.h"
#include "worker.h"

/* What is kept of a write without a STOP: registers have no longer numbers. */
#define HELD_BYTES	32U

/* System Management Bus 2.0, table 1: T_TIMEOUT is 35 ms at most */
#define TIMEOUT_MS	35U

struct IotI2CDescriptor {
	struct worker worker;
	struct IotI2CDescriptor *next;
	const struct common_io_i2c *board;
	IotI2CConfig_t config;
	IotI2CCallback_t callback;
	void *context;
	uint16_t address;
	_Bool has_address, no_stop;
	uint16_t tx_done, rx_done;
	/* The operation */
	_Bool is_read;
	uint8_t *buffer;
	size_t length;
	uint8_t held[HELD_BYTES];
	size_t held_length;
	uint16_t held_address;
};

/* Instances that were ever open: a closed one is still a handle. */
static struct IotI2CDescriptor *descriptors;

static _Bool i2c_is_open(const struct IotI2CDescriptor *handle)
{
	return handle && handle->worker.is_open;
}

/* ---- Open and close ---- */

static const struct common_io_i2c *i2c_on_board(int32_t instance)
{
	const struct common_io_i2c *board;

	for (board = common_io_i2c; board->bus; board++)
		if (board->instance == instance)
			return board;
	return NULL;
}

/* The descriptor of an instance, made at its first use. */
static struct IotI2CDescriptor *i2c_descriptor(int32_t instance)
{
	const struct common_io_i2c *board = i2c_on_board(instance);
	struct IotI2CDescriptor *handle;

	if (!board)
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

static int i2c_work(struct worker *worker);
static void i2c_tell(struct worker *worker, int result);

IotI2CHandle_t iot_i2c_open(int32_t lI2CInstance)
{
	struct IotI2CDescriptor *handle;

	vTaskSuspendAll();
	handle = i2c_descriptor(lI2CInstance);
	xTaskResumeAll();
	if (!handle || !worker_open(&handle->worker))
		return NULL;
	/* A driver used beside this library may have set it up. */
	if (!handle->board->bus->lock && handle->board->start()) {
		worker_close(&handle->worker);
		return NULL;
	}
	handle->worker.work = i2c_work;
	handle->worker.tell = i2c_tell;
	handle->config = (IotI2CConfig_t){
		TIMEOUT_MS, IOT_I2C_STANDARD_MODE_BPS,
	};
	handle->callback = NULL;
	handle->has_address = handle->no_stop = 0;
	handle->tx_done = handle->rx_done = 0;
	handle->held_length = 0;
	return handle;
}

int32_t iot_i2c_close(IotI2CHandle_t const pxI2CPeripheral)
{
	if (!i2c_is_open(pxI2CPeripheral))
		return IOT_I2C_INVALID_VALUE;
	if (pxI2CPeripheral->worker.waits)
		iot_i2c_cancel(pxI2CPeripheral);
	worker_close(&pxI2CPeripheral->worker);
	return IOT_I2C_SUCCESS;
}

void iot_i2c_set_callback(IotI2CHandle_t const pxI2CPeripheral,
			  IotI2CCallback_t xCallback, void *pvUserContext)
{
	if (!i2c_is_open(pxI2CPeripheral))
		return;
	taskENTER_CRITICAL();
	pxI2CPeripheral->callback = xCallback;
	pxI2CPeripheral->context = pvUserContext;
	taskEXIT_CRITICAL();
}

/* ---- Operations ---- */

/* Do the operation; I2C_OK or an error. */
static int i2c_work(struct worker *worker)
{
	struct IotI2CDescriptor *handle = (struct IotI2CDescriptor *)worker;
	struct i2c_bus *bus = handle->board->bus;
	uint8_t address = (uint8_t)handle->address;
	const uint8_t *tx = handle->is_read ? handle->held : handle->buffer;
	size_t tx_length = handle->is_read ? handle->held_length
					   : handle->length;
	size_t rx_length = handle->is_read ? handle->length : 0;
	int rc = I2C_OK;

	/* What no read of the same device follows: a message of its own */
	if (handle->held_length
	    && (!handle->is_read || handle->held_address != address)) {
		rc = i2c_transfer(bus, (uint8_t)handle->held_address,
				  handle->held, handle->held_length, NULL, 0);
		tx_length = handle->is_read ? 0 : tx_length;
	}
	handle->held_length = 0;
	if (!rc)
		rc = i2c_transfer(bus, address, tx, tx_length,
				  handle->is_read ? handle->buffer : NULL,
				  rx_length);
	/* How far a failed one got, drivers do not say. */
	handle->tx_done = rc ? 0 : (uint16_t)tx_length;
	handle->rx_done = rc ? 0 : (uint16_t)rx_length;
	return rc;
}

static void i2c_tell(struct worker *worker, int result)
{
	struct IotI2CDescriptor *handle = (struct IotI2CDescriptor *)worker;
	IotI2COperationStatus_t status = eI2CDriverFailed;

	if (result == I2C_OK)
		status = eI2CCompleted;
	else if (result == I2C_ERR_NACK)
		status = eI2CNackFromSlave;
	else if (result == I2C_ERR_TIMEOUT || result == I2C_ERR_STRETCH)
		status = eI2CMasterTimeout;
	if (handle->callback)
		handle->callback(status, handle->context);
}

static int32_t i2c_returned(const struct IotI2CDescriptor *handle, int result)
{
	switch (result) {
	case I2C_OK:
		return IOT_I2C_SUCCESS;
	case I2C_ERR_NACK:
		return IOT_I2C_NACK;
	case I2C_ERR_TIMEOUT:
	case I2C_ERR_STRETCH:
		return IOT_I2C_BUS_TIMEOUT;
	default:
		return handle->is_read ? IOT_I2C_READ_FAILED
				       : IOT_I2C_WRITE_FAILED;
	}
}

/* Take the handle for an operation, or say why not. */
static int32_t i2c_begin(struct IotI2CDescriptor *handle, _Bool is_read,
			 uint8_t *buffer, size_t length)
{
	/* What eI2CGetTxNoOfbytes can tell */
	if (!i2c_is_open(handle) || !buffer || !length || length > UINT16_MAX)
		return IOT_I2C_INVALID_VALUE;
	if (!handle->has_address)
		return IOT_I2C_SLAVE_ADDRESS_NOT_SET;
	if (!worker_take(&handle->worker))
		return IOT_I2C_BUSY;
	handle->is_read = is_read;
	handle->buffer = buffer;
	handle->length = length;
	return IOT_I2C_SUCCESS;
}

/* Keep a write for the read that follows; true when it was to be kept. */
static _Bool i2c_held(struct IotI2CDescriptor *handle, int32_t *rc)
{
	_Bool no_stop = handle->no_stop;

	handle->no_stop = 0;
	/* A read ends with a STOP in any case. */
	if (!no_stop || handle->is_read)
		return 0;
	*rc = IOT_I2C_FUNCTION_NOT_SUPPORTED;
	if (handle->length <= HELD_BYTES - handle->held_length) {
		memcpy(handle->held + handle->held_length, handle->buffer,
		       handle->length);
		handle->held_length += handle->length;
		handle->held_address = handle->address;
		handle->tx_done = (uint16_t)handle->length;
		handle->rx_done = 0;
		*rc = IOT_I2C_SUCCESS;
	}
	handle->worker.busy = 0;
	return 1;
}

static int32_t i2c_sync(struct IotI2CDescriptor *handle, _Bool is_read,
			uint8_t *buffer, size_t length)
{
	int32_t rc = i2c_begin(handle, is_read, buffer, length);

	if (rc || i2c_held(handle, &rc))
		return rc;
	return i2c_returned(handle, worker_run(&handle->worker));
}

static int32_t i2c_async(struct IotI2CDescriptor *handle, _Bool is_read,
			 uint8_t *buffer, size_t length)
{
	int32_t rc = i2c_begin(handle, is_read, buffer, length);

	if (rc)
		return rc;
	if (i2c_held(handle, &rc)) {
		if (!rc)
			i2c_tell(&handle->worker, I2C_OK);
		return rc;
	}
	if (worker_start(&handle->worker))
		return IOT_I2C_SUCCESS;
	return is_read ? IOT_I2C_READ_FAILED : IOT_I2C_WRITE_FAILED;
}

int32_t iot_i2c_read_sync(IotI2CHandle_t const pxI2CPeripheral,
			  uint8_t *const pucBuffer, size_t xBytes)
{
	return i2c_sync(pxI2CPeripheral, 1, pucBuffer, xBytes);
}

int32_t iot_i2c_write_sync(IotI2CHandle_t const pxI2CPeripheral,
			   uint8_t *const pucBuffer, size_t xBytes)
{
	return i2c_sync(pxI2CPeripheral, 0, pucBuffer, xBytes);
}

int32_t iot_i2c_read_async(IotI2CHandle_t const pxI2CPeripheral,
			   uint8_t *const pucBuffer, size_t xBytes)
{
	return i2c_async(pxI2CPeripheral, 1, pucBuffer, xBytes);
}

int32_t iot_i2c_write_async(IotI2CHandle_t const pxI2CPeripheral,
			    uint8_t *const pucBuffer, size_t xBytes)
{
	return i2c_async(pxI2CPeripheral, 0, pucBuffer, xBytes);
}

static void i2c_cancel_transfer(struct worker *worker)
{
	struct IotI2CDescriptor *handle = (struct IotI2CDescriptor *)worker;

	if (handle->board->bus->ops->cancel)
		handle->board->bus->ops->cancel(handle->board->bus);
}

int32_t iot_i2c_cancel(IotI2CHandle_t const pxI2CPeripheral)
{
	if (!i2c_is_open(pxI2CPeripheral))
		return IOT_I2C_INVALID_VALUE;
	return worker_cancel(&pxI2CPeripheral->worker, i2c_cancel_transfer)
	       ? IOT_I2C_SUCCESS : IOT_I2C_NOTHING_TO_CANCEL;
}

/* ---- ioctl ---- */

static int32_t i2c_configured(struct IotI2CDescriptor *handle,
			      const IotI2CConfig_t *config)
{
	if (!worker_take(&handle->worker))
		return IOT_I2C_BUSY;
	if (i2c_configure(handle->board->bus, config->ulBusFreq,
			  config->ulMasterTimeout)) {
		handle->worker.busy = 0;
		return IOT_I2C_INVALID_VALUE;
	}
	handle->config = *config;
	handle->worker.busy = 0;
	return IOT_I2C_SUCCESS;
}

static int32_t i2c_addressed(struct IotI2CDescriptor *handle, uint16_t address)
{
	if (address > I2C_ADDRESS_MAX)
		return IOT_I2C_FUNCTION_NOT_SUPPORTED;
	if (!worker_take(&handle->worker))
		return IOT_I2C_BUSY;
	handle->address = address;
	handle->has_address = 1;
	handle->worker.busy = 0;
	return IOT_I2C_SUCCESS;
}

static int32_t i2c_ioctl_buffer(struct IotI2CDescriptor *handle,
				IotI2CIoctlRequest_t request, void *buffer)
{
	switch (request) {
	case eI2CSetSlaveAddr:
		return i2c_addressed(handle, *(uint16_t *)buffer);
	case eI2CSetMasterConfig:
		return i2c_configured(handle, buffer);
	case eI2CGetMasterConfig:
		*(IotI2CConfig_t *)buffer = handle->config;
		return IOT_I2C_SUCCESS;
	case eI2CGetBusState:
		*(IotI2CBusStatus_t *)buffer =
			handle->worker.busy ? eI2cBusBusy : eI2CBusIdle;
		return IOT_I2C_SUCCESS;
	case eI2CGetTxNoOfbytes:
		*(uint16_t *)buffer = handle->tx_done;
		return IOT_I2C_SUCCESS;
	case eI2CGetRxNoOfbytes:
		*(uint16_t *)buffer = handle->rx_done;
		return IOT_I2C_SUCCESS;
	default:
		return IOT_I2C_INVALID_VALUE;
	}
}

int32_t iot_i2c_ioctl(IotI2CHandle_t const pxI2CPeripheral,
		      IotI2CIoctlRequest_t xI2CRequest, void *const pvBuffer)
{
	if (!i2c_is_open(pxI2CPeripheral))
		return IOT_I2C_INVALID_VALUE;
	if (xI2CRequest == eI2CBusReset)
		return IOT_I2C_FUNCTION_NOT_SUPPORTED;
	if (xI2CRequest == eI2CSendNoStopFlag) {
		pxI2CPeripheral->no_stop = 1;
		return IOT_I2C_SUCCESS;
	}
	if (!pvBuffer)
		return IOT_I2C_INVALID_VALUE;
	return i2c_ioctl_buffer(pxI2CPeripheral, xI2CRequest, pvBuffer);
}
