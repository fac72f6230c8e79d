/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS Common I/O: SPI over drivers/spi/spi.h. */
#include "FreeRTOS.h"
#include "task.h"

#include "common_io_board.h"
#include "instance.h"
#include "iot_spi.h"
#include "spi.h"

/* What any device does, until the application asks for more */
#define DEFAULT_HZ	500000U

struct IotSPIDescriptor {
	struct instance instance;
	IotSPIMasterConfig_t config;
	uint8_t select;
};

static const struct common_io_spi *
spi_board(const struct IotSPIDescriptor *handle)
{
	return handle->instance.board;
}

/* ---- An operation ---- */

/* Do the operation; SPI_OK or an error. */
static int spi_work(struct worker *worker)
{
	struct IotSPIDescriptor *handle = (struct IotSPIDescriptor *)worker;
	const struct operation *op = &handle->instance.operation;
	const struct spi_setting setting = {
		.hz = handle->config.ulFreq,
		.select = handle->select,
		.mode = (uint8_t)handle->config.eMode,
		.fill = handle->config.ucDummyValue,
		.lsb_first = handle->config.eSetBitOrder == eSPILSBFirst,
	};
	int rc = spi_transfer(spi_board(handle)->bus, &setting, op->tx, op->rx,
			      op->length);

	handle->instance.tx_done = rc || !op->tx ? 0 : (uint16_t)op->length;
	handle->instance.rx_done = rc || !op->rx ? 0 : (uint16_t)op->length;
	return rc;
}

static void spi_tell(struct worker *worker, int result)
{
	const struct instance *instance = (struct instance *)worker;
	IotSPICallback_t callback = (IotSPICallback_t)instance->callback;
	int32_t failure = instance->operation.failure;

	if (callback)
		callback(result ? (IotSPITransactionStatus_t)failure
				: eSPISuccess, instance->context);
}

static void spi_cancel(struct worker *worker)
{
	struct IotSPIDescriptor *handle = (struct IotSPIDescriptor *)worker;
	struct spi_bus *bus = spi_board(handle)->bus;

	if (bus->ops->cancel)
		bus->ops->cancel(bus);
}

static struct instances spis = {
	.size = sizeof(struct IotSPIDescriptor),
	.ops = { spi_work, spi_tell, spi_cancel },
	.invalid = IOT_SPI_INVALID_VALUE,
	.busy = IOT_SPI_BUS_BUSY,
	.nothing_to_cancel = IOT_SPI_NOTHING_TO_CANCEL,
};

/* ---- Open and close ---- */

static struct IotSPIDescriptor *spi_find(int32_t number)
{
	const struct common_io_spi *board = common_io_spi;

	while (board->bus && board->instance != number)
		board++;
	return board->bus ? instance_find(&spis, board) : NULL;
}

IotSPIHandle_t iot_spi_open(int32_t lSPIInstance)
{
	struct IotSPIDescriptor *handle = spi_find(lSPIInstance);

	if (!handle || !instance_open(&spis, &handle->instance))
		return NULL;
	/* A driver used beside this library may have set it up. */
	if (!spi_board(handle)->bus->lock && spi_board(handle)->start()) {
		worker_close(&handle->instance.worker);
		return NULL;
	}
	handle->config = (IotSPIMasterConfig_t){
		DEFAULT_HZ, eSPIMode0, eSPIMSBFirst, 0,
	};
	return handle;
}

int32_t iot_spi_close(IotSPIHandle_t const pxSPIPeripheral)
{
	return instance_close(&spis, pxSPIPeripheral);
}

void iot_spi_set_callback(IotSPIHandle_t const pxSPIPeripheral,
			  IotSPICallback_t xCallback, void *pvUserContext)
{
	instance_set_callback(pxSPIPeripheral, (void (*)(void))xCallback,
			      pvUserContext);
}

int32_t iot_spi_select_slave(int32_t lSPIInstance, int32_t lSPISlave)
{
	struct IotSPIDescriptor *handle = spi_find(lSPIInstance);

	if (!handle || lSPISlave < 0 || lSPISlave > UINT8_MAX)
		return IOT_SPI_INVALID_VALUE;
	/* A bus that is not set up yet says later how many it has. */
	if (spi_board(handle)->bus->lock
	    && lSPISlave >= spi_board(handle)->bus->selects)
		return IOT_SPI_INVALID_VALUE;
	handle->select = (uint8_t)lSPISlave;
	return IOT_SPI_SUCCESS;
}

/* ---- Operations ---- */

/* Of both buffers, or of none: then nothing accepts it. */
static struct operation spi_both(const uint8_t *tx, uint8_t *rx, size_t length)
{
	return (struct operation){
		.tx = rx ? tx : NULL, .rx = tx ? rx : NULL, .length = length,
		.failure = IOT_SPI_TRANSFER_ERROR,
	};
}

int32_t iot_spi_read_sync(IotSPIHandle_t const pxSPIPeripheral,
			  uint8_t *const pvBuffer, size_t xBytes)
{
	return instance_sync(&spis, pxSPIPeripheral,
			     read_into(pvBuffer, xBytes,
				       IOT_SPI_READ_FAILED));
}

int32_t iot_spi_read_async(IotSPIHandle_t const pxSPIPeripheral,
			   uint8_t *const pvBuffer, size_t xBytes)
{
	return instance_async(&spis, pxSPIPeripheral,
			      read_into(pvBuffer, xBytes,
					IOT_SPI_READ_FAILED));
}

int32_t iot_spi_write_sync(IotSPIHandle_t const pxSPIPeripheral,
			   uint8_t *const pvBuffer, size_t xBytes)
{
	return instance_sync(&spis, pxSPIPeripheral,
			     write_from(pvBuffer, xBytes,
					IOT_SPI_WRITE_FAILED));
}

int32_t iot_spi_write_async(IotSPIHandle_t const pxSPIPeripheral,
			    uint8_t *const pvBuffer, size_t xBytes)
{
	return instance_async(&spis, pxSPIPeripheral,
			      write_from(pvBuffer, xBytes,
					 IOT_SPI_WRITE_FAILED));
}

int32_t iot_spi_transfer_sync(IotSPIHandle_t const pxSPIPeripheral,
			      uint8_t *const pvTxBuffer,
			      uint8_t *const pvRxBuffer, size_t xBytes)
{
	return instance_sync(&spis, pxSPIPeripheral,
			     spi_both(pvTxBuffer, pvRxBuffer, xBytes));
}

int32_t iot_spi_transfer_async(IotSPIHandle_t const pxSPIPeripheral,
			       uint8_t *const pvTxBuffer,
			       uint8_t *const pvRxBuffer, size_t xBytes)
{
	return instance_async(&spis, pxSPIPeripheral,
			      spi_both(pvTxBuffer, pvRxBuffer, xBytes));
}

int32_t iot_spi_cancel(IotSPIHandle_t const pxSPIPeripheral)
{
	return instance_cancel(&spis, pxSPIPeripheral);
}

/* ---- ioctl ---- */

static int32_t spi_configured(struct IotSPIDescriptor *handle,
			      const IotSPIMasterConfig_t *config)
{
	if (!config->ulFreq || (uint32_t)config->eMode > eSPIMode3
	    || (uint32_t)config->eSetBitOrder > eSPILSBFirst)
		return IOT_SPI_INVALID_VALUE;
	if (!worker_take(&handle->instance.worker))
		return IOT_SPI_BUS_BUSY;
	handle->config = *config;
	handle->instance.worker.busy = 0;
	return IOT_SPI_SUCCESS;
}

int32_t iot_spi_ioctl(IotSPIHandle_t const pxSPIPeripheral,
		      IotSPIIoctlRequest_t xSPIRequest, void *const pvBuffer)
{
	if (!instance_is_open(pxSPIPeripheral) || !pvBuffer)
		return IOT_SPI_INVALID_VALUE;
	switch (xSPIRequest) {
	case eSPISetMasterConfig:
		return spi_configured(pxSPIPeripheral, pvBuffer);
	case eSPIGetMasterConfig:
		*(IotSPIMasterConfig_t *)pvBuffer = pxSPIPeripheral->config;
		return IOT_SPI_SUCCESS;
	case eSPIGetTxNoOfbytes:
		*(uint16_t *)pvBuffer = pxSPIPeripheral->instance.tx_done;
		return IOT_SPI_SUCCESS;
	case eSPIGetRxNoOfbytes:
		*(uint16_t *)pvBuffer = pxSPIPeripheral->instance.rx_done;
		return IOT_SPI_SUCCESS;
	default:
		return IOT_SPI_INVALID_VALUE;
	}
}
