/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS Common I/O: I2C over drivers/i2c/i2c.h. */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "common_io_board.h"
#include "i2c.h"
#include "instance.h"
#include "iot_i2c.h"

/* What is kept of a write without a STOP: registers have no longer numbers. */
#define HELD_BYTES	32U

/* System Management Bus 2.0, table 1: T_TIMEOUT is 35 ms at most */
#define TIMEOUT_MS	35U

struct IotI2CDescriptor {
	struct instance instance;
	IotI2CConfig_t config;
	uint16_t address;
	_Bool has_address, no_stop;
	uint8_t held[HELD_BYTES];
	size_t held_length;
	uint16_t held_address;
};

static const struct common_io_i2c *
i2c_board(const struct IotI2CDescriptor *handle)
{
	return handle->instance.board;
}

/* ---- An operation ---- */

/* Do the operation; I2C_OK or an error. */
static int i2c_work(struct worker *worker)
{
	struct IotI2CDescriptor *handle = (struct IotI2CDescriptor *)worker;
	const struct operation *op = &handle->instance.operation;
	struct i2c_bus *bus = i2c_board(handle)->bus;
	uint8_t address = (uint8_t)handle->address;
	const uint8_t *tx = op->rx ? handle->held : op->tx;
	size_t tx_length = op->rx ? handle->held_length : op->length;
	size_t rx_length = op->rx ? op->length : 0;
	int rc = I2C_OK;

	/* What no read of the same device follows: a message of its own */
	if (handle->held_length
	    && (!op->rx || handle->held_address != address)) {
		rc = i2c_transfer(bus, (uint8_t)handle->held_address,
				  handle->held, handle->held_length, NULL, 0);
		tx_length = op->rx ? 0 : tx_length;
	}
	handle->held_length = 0;
	if (!rc)
		rc = i2c_transfer(bus, address, tx, tx_length, op->rx,
				  rx_length);
	/* How far a failed one got, drivers do not say. */
	handle->instance.tx_done = rc ? 0 : (uint16_t)tx_length;
	handle->instance.rx_done = rc ? 0 : (uint16_t)rx_length;
	return rc;
}

static void i2c_tell(struct worker *worker, int result)
{
	const struct instance *instance = (struct instance *)worker;
	IotI2CCallback_t callback = (IotI2CCallback_t)instance->callback;
	IotI2COperationStatus_t status = eI2CDriverFailed;

	if (result == I2C_OK)
		status = eI2CCompleted;
	else if (result == I2C_ERR_NACK)
		status = eI2CNackFromSlave;
	else if (result == I2C_ERR_TIMEOUT || result == I2C_ERR_STRETCH)
		status = eI2CMasterTimeout;
	if (callback)
		callback(status, instance->context);
}

static void i2c_cancel(struct worker *worker)
{
	struct IotI2CDescriptor *handle = (struct IotI2CDescriptor *)worker;
	struct i2c_bus *bus = i2c_board(handle)->bus;

	if (bus->ops->cancel)
		bus->ops->cancel(bus);
}

static struct instances i2cs = {
	.size = sizeof(struct IotI2CDescriptor),
	.ops = { i2c_work, i2c_tell, i2c_cancel },
	.invalid = IOT_I2C_INVALID_VALUE,
	.busy = IOT_I2C_BUSY,
	.nothing_to_cancel = IOT_I2C_NOTHING_TO_CANCEL,
};

/* ---- Open and close ---- */

static struct IotI2CDescriptor *i2c_find(int32_t number)
{
	const struct common_io_i2c *board = common_io_i2c;

	while (board->bus && board->instance != number)
		board++;
	return board->bus ? instance_find(&i2cs, board) : NULL;
}

IotI2CHandle_t iot_i2c_open(int32_t lI2CInstance)
{
	struct IotI2CDescriptor *handle = i2c_find(lI2CInstance);

	if (!handle || !instance_open(&i2cs, &handle->instance))
		return NULL;
	/* A driver used beside this library may have set it up. */
	if (!i2c_board(handle)->bus->lock && i2c_board(handle)->start()) {
		worker_close(&handle->instance.worker);
		return NULL;
	}
	handle->config = (IotI2CConfig_t){
		TIMEOUT_MS, IOT_I2C_STANDARD_MODE_BPS,
	};
	handle->has_address = handle->no_stop = 0;
	handle->held_length = 0;
	return handle;
}

int32_t iot_i2c_close(IotI2CHandle_t const pxI2CPeripheral)
{
	return instance_close(&i2cs, pxI2CPeripheral);
}

void iot_i2c_set_callback(IotI2CHandle_t const pxI2CPeripheral,
			  IotI2CCallback_t xCallback, void *pvUserContext)
{
	instance_set_callback(pxI2CPeripheral, (void (*)(void))xCallback,
			      pvUserContext);
}

/* ---- Operations ---- */

static int32_t i2c_returned(int32_t failure, int result)
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
		return failure;
	}
}

/* Keep a write for the read that follows; true when it was to be kept. */
static _Bool i2c_held(struct IotI2CDescriptor *handle, int32_t *rc)
{
	const struct operation *op = &handle->instance.operation;
	_Bool no_stop = handle->no_stop;

	handle->no_stop = 0;
	/* A read ends with a STOP in any case. */
	if (!no_stop || op->rx)
		return 0;
	*rc = IOT_I2C_FUNCTION_NOT_SUPPORTED;
	if (op->length <= HELD_BYTES - handle->held_length) {
		memcpy(handle->held + handle->held_length, op->tx, op->length);
		handle->held_length += op->length;
		handle->held_address = handle->address;
		handle->instance.tx_done = (uint16_t)op->length;
		handle->instance.rx_done = 0;
		*rc = IOT_I2C_SUCCESS;
	}
	handle->instance.worker.busy = 0;
	return 1;
}

static int32_t i2c_begin(struct IotI2CDescriptor *handle, struct operation op)
{
	if (instance_accepts(handle, &op) && !handle->has_address)
		return IOT_I2C_SLAVE_ADDRESS_NOT_SET;
	return instance_begin(&i2cs, handle, op);
}

static int32_t i2c_sync(struct IotI2CDescriptor *handle, struct operation op)
{
	int32_t rc = i2c_begin(handle, op);

	if (rc || i2c_held(handle, &rc))
		return rc;
	return i2c_returned(op.failure,
			    worker_run(&handle->instance.worker));
}

static int32_t i2c_async(struct IotI2CDescriptor *handle, struct operation op)
{
	int32_t rc = i2c_begin(handle, op);

	if (rc)
		return rc;
	if (!i2c_held(handle, &rc))
		return instance_start(&handle->instance);
	if (!rc)
		i2c_tell(&handle->instance.worker, I2C_OK);
	return rc;
}

int32_t iot_i2c_read_sync(IotI2CHandle_t const pxI2CPeripheral,
			  uint8_t *const pucBuffer, size_t xBytes)
{
	return i2c_sync(pxI2CPeripheral,
			 read_into(pucBuffer, xBytes,
				   IOT_I2C_READ_FAILED));
}

int32_t iot_i2c_write_sync(IotI2CHandle_t const pxI2CPeripheral,
			   uint8_t *const pucBuffer, size_t xBytes)
{
	return i2c_sync(pxI2CPeripheral,
			 write_from(pucBuffer, xBytes,
				    IOT_I2C_WRITE_FAILED));
}

int32_t iot_i2c_read_async(IotI2CHandle_t const pxI2CPeripheral,
			   uint8_t *const pucBuffer, size_t xBytes)
{
	return i2c_async(pxI2CPeripheral,
			  read_into(pucBuffer, xBytes,
				    IOT_I2C_READ_FAILED));
}

int32_t iot_i2c_write_async(IotI2CHandle_t const pxI2CPeripheral,
			    uint8_t *const pucBuffer, size_t xBytes)
{
	return i2c_async(pxI2CPeripheral,
			  write_from(pucBuffer, xBytes,
				     IOT_I2C_WRITE_FAILED));
}

int32_t iot_i2c_cancel(IotI2CHandle_t const pxI2CPeripheral)
{
	return instance_cancel(&i2cs, pxI2CPeripheral);
}

/* ---- ioctl ---- */

static int32_t i2c_configured(struct IotI2CDescriptor *handle,
			      const IotI2CConfig_t *config)
{
	if (!worker_take(&handle->instance.worker))
		return IOT_I2C_BUSY;
	if (i2c_configure(i2c_board(handle)->bus, config->ulBusFreq,
			  config->ulMasterTimeout)) {
		handle->instance.worker.busy = 0;
		return IOT_I2C_INVALID_VALUE;
	}
	handle->config = *config;
	handle->instance.worker.busy = 0;
	return IOT_I2C_SUCCESS;
}

static int32_t i2c_addressed(struct IotI2CDescriptor *handle, uint16_t address)
{
	if (address > I2C_ADDRESS_MAX)
		return IOT_I2C_FUNCTION_NOT_SUPPORTED;
	if (!worker_take(&handle->instance.worker))
		return IOT_I2C_BUSY;
	handle->address = address;
	handle->has_address = 1;
	handle->instance.worker.busy = 0;
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
			handle->instance.worker.busy ? eI2cBusBusy
						     : eI2CBusIdle;
		return IOT_I2C_SUCCESS;
	case eI2CGetTxNoOfbytes:
		*(uint16_t *)buffer = handle->instance.tx_done;
		return IOT_I2C_SUCCESS;
	case eI2CGetRxNoOfbytes:
		*(uint16_t *)buffer = handle->instance.rx_done;
		return IOT_I2C_SUCCESS;
	default:
		return IOT_I2C_INVALID_VALUE;
	}
}

int32_t iot_i2c_ioctl(IotI2CHandle_t const pxI2CPeripheral,
		      IotI2CIoctlRequest_t xI2CRequest, void *const pvBuffer)
{
	if (!instance_is_open(pxI2CPeripheral))
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
