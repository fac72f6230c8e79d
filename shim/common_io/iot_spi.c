/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS Common I/O: SPI over drivers/spi/spi.h. */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "common_io_board.h"
#include "iot_spi.h"
#include "spi.h"
#include "worker.h"

/* What any device does, until the application asks for more */
#define DEFAULT_HZ	500000U

struct IotSPIDescriptor {
	struct worker worker;
	struct IotSPIDescriptor *next;
	const struct common_io_spi *board;
	IotSPIMasterConfig_t config;
	IotSPICallback_t callback;
	void *context;
	uint8_t select;
	uint16_t tx_done, rx_done;
	/* The operation, and what it is called when it fails */
	int32_t failure;
	uint8_t *tx, *rx;
	size_t length;
};

/* Instances that were ever open or selected. */
static struct IotSPIDescriptor *descriptors;

static _Bool spi_is_open(const struct IotSPIDescriptor *handle)
{
	return handle && handle->worker.is_open;
}

/* ---- Open and close ---- */

static const struct common_io_spi *spi_on_board(int32_t instance)
{
	const struct common_io_spi *board;

	for (board = common_io_spi; board->bus; board++)
		if (board->instance == instance)
			return board;
	return NULL;
}

static struct IotSPIDescriptor *spi_find(int32_t instance)
{
	const struct common_io_spi *board = spi_on_board(instance);
	struct IotSPIDescriptor *handle;

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

/* The descriptor of an instance, made at its first use. */
static struct IotSPIDescriptor *spi_descriptor(int32_t instance)
{
	struct IotSPIDescriptor *handle;

	vTaskSuspendAll();
	handle = spi_find(instance);
	xTaskResumeAll();
	return handle;
}

/* Do the operation; SPI_OK or an error. */
static int spi_work(struct worker *worker)
{
	struct IotSPIDescriptor *handle = (struct IotSPIDescriptor *)worker;
	const struct spi_setting setting = {
		.hz = handle->config.ulFreq,
		.select = handle->select,
		.mode = (uint8_t)handle->config.eMode,
		.fill = handle->config.ucDummyValue,
		.lsb_first = handle->config.eSetBitOrder == eSPILSBFirst,
	};
	int rc = spi_transfer(handle->board->bus, &setting, handle->tx,
			      handle->rx, handle->length);

	handle->tx_done = rc || !handle->tx ? 0 : (uint16_t)handle->length;
	handle->rx_done = rc || !handle->rx ? 0 : (uint16_t)handle->length;
	return rc;
}

static void spi_tell(struct worker *worker, int result)
{
	struct IotSPIDescriptor *handle = (struct IotSPIDescriptor *)worker;

	if (handle->callback)
		handle->callback(result ? (IotSPITransactionStatus_t)
						  handle->failure
					: eSPISuccess, handle->context);
}

IotSPIHandle_t iot_spi_open(int32_t lSPIInstance)
{
	struct IotSPIDescriptor *handle = spi_descriptor(lSPIInstance);

	if (!handle || !worker_open(&handle->worker))
		return NULL;
	/* A driver used beside this library may have set it up. */
	if (!handle->board->bus->lock && handle->board->start()) {
		worker_close(&handle->worker);
		return NULL;
	}
	handle->worker.work = spi_work;
	handle->worker.tell = spi_tell;
	handle->config = (IotSPIMasterConfig_t){
		DEFAULT_HZ, eSPIMode0, eSPIMSBFirst, 0,
	};
	handle->callback = NULL;
	handle->tx_done = handle->rx_done = 0;
	return handle;
}

int32_t iot_spi_close(IotSPIHandle_t const pxSPIPeripheral)
{
	if (!spi_is_open(pxSPIPeripheral))
		return IOT_SPI_INVALID_VALUE;
	if (pxSPIPeripheral->worker.waits)
		iot_spi_cancel(pxSPIPeripheral);
	worker_close(&pxSPIPeripheral->worker);
	return IOT_SPI_SUCCESS;
}

void iot_spi_set_callback(IotSPIHandle_t const pxSPIPeripheral,
			  IotSPICallback_t xCallback, void *pvUserContext)
{
	if (!spi_is_open(pxSPIPeripheral))
		return;
	taskENTER_CRITICAL();
	pxSPIPeripheral->callback = xCallback;
	pxSPIPeripheral->context = pvUserContext;
	taskEXIT_CRITICAL();
}

int32_t iot_spi_select_slave(int32_t lSPIInstance, int32_t lSPISlave)
{
	struct IotSPIDescriptor *handle = spi_descriptor(lSPIInstance);

	if (!handle || lSPISlave < 0 || lSPISlave > UINT8_MAX)
		return IOT_SPI_INVALID_VALUE;
	/* A bus that is not set up yet says later how many it has. */
	if (handle->board->bus->lock
	    && lSPISlave >= handle->board->bus->selects)
		return IOT_SPI_INVALID_VALUE;
	handle->select = (uint8_t)lSPISlave;
	return IOT_SPI_SUCCESS;
}

/* ---- Operations ---- */

/* Take the handle for an operation, or say why not. */
static int32_t spi_begin(struct IotSPIDescriptor *handle, int32_t failure,
			 uint8_t *tx, uint8_t *rx, size_t length)
{
	/* What eSPIGetTxNoOfbytes can tell */
	if (!spi_is_open(handle) || !length || length > UINT16_MAX
	    || (!tx && failure != IOT_SPI_READ_FAILED)
	    || (!rx && failure != IOT_SPI_WRITE_FAILED))
		return IOT_SPI_INVALID_VALUE;
	if (!worker_take(&handle->worker))
		return IOT_SPI_BUS_BUSY;
	handle->failure = failure;
	handle->tx = tx;
	handle->rx = rx;
	handle->length = length;
	return IOT_SPI_SUCCESS;
}

static int32_t spi_sync(struct IotSPIDescriptor *handle, int32_t failure,
			uint8_t *tx, uint8_t *rx, size_t length)
{
	int32_t rc = spi_begin(handle, failure, tx, rx, length);

	if (rc)
		return rc;
	return worker_run(&handle->worker) ? failure : IOT_SPI_SUCCESS;
}

static int32_t spi_async(struct IotSPIDescriptor *handle, int32_t failure,
			 uint8_t *tx, uint8_t *rx, size_t length)
{
	int32_t rc = spi_begin(handle, failure, tx, rx, length);

	if (rc)
		return rc;
	return worker_start(&handle->worker) ? IOT_SPI_SUCCESS : failure;
}

int32_t iot_spi_read_sync(IotSPIHandle_t const pxSPIPeripheral,
			  uint8_t *const pvBuffer, size_t xBytes)
{
	return spi_sync(pxSPIPeripheral, IOT_SPI_READ_FAILED, NULL, pvBuffer,
			xBytes);
}

int32_t iot_spi_read_async(IotSPIHandle_t const pxSPIPeripheral,
			   uint8_t *const pvBuffer, size_t xBytes)
{
	return spi_async(pxSPIPeripheral, IOT_SPI_READ_FAILED, NULL, pvBuffer,
			 xBytes);
}

int32_t iot_spi_write_sync(IotSPIHandle_t const pxSPIPeripheral,
			   uint8_t *const pvBuffer, size_t xBytes)
{
	return spi_sync(pxSPIPeripheral, IOT_SPI_WRITE_FAILED, pvBuffer, NULL,
			xBytes);
}

int32_t iot_spi_write_async(IotSPIHandle_t const pxSPIPeripheral,
			    uint8_t *const pvBuffer, size_t xBytes)
{
	return spi_async(pxSPIPeripheral, IOT_SPI_WRITE_FAILED, pvBuffer,
			 NULL, xBytes);
}

int32_t iot_spi_transfer_sync(IotSPIHandle_t const pxSPIPeripheral,
			      uint8_t *const pvTxBuffer,
			      uint8_t *const pvRxBuffer, size_t xBytes)
{
	return spi_sync(pxSPIPeripheral, IOT_SPI_TRANSFER_ERROR, pvTxBuffer,
			pvRxBuffer, xBytes);
}

int32_t iot_spi_transfer_async(IotSPIHandle_t const pxSPIPeripheral,
			       uint8_t *const pvTxBuffer,
			       uint8_t *const pvRxBuffer, size_t xBytes)
{
	return spi_async(pxSPIPeripheral, IOT_SPI_TRANSFER_ERROR, pvTxBuffer,
			 pvRxBuffer, xBytes);
}

static void spi_cancel_transfer(struct worker *worker)
{
	struct IotSPIDescriptor *handle = (struct IotSPIDescriptor *)worker;

	if (handle->board->bus->ops->cancel)
		handle->board->bus->ops->cancel(handle->board->bus);
}

int32_t iot_spi_cancel(IotSPIHandle_t const pxSPIPeripheral)
{
	if (!spi_is_open(pxSPIPeripheral))
		return IOT_SPI_INVALID_VALUE;
	return worker_cancel(&pxSPIPeripheral->worker, spi_cancel_transfer)
	       ? IOT_SPI_SUCCESS : IOT_SPI_NOTHING_TO_CANCEL;
}

/* ---- ioctl ---- */

static int32_t spi_configured(struct IotSPIDescriptor *handle,
			      const IotSPIMasterConfig_t *config)
{
	if (!config->ulFreq || (uint32_t)config->eMode > eSPIMode3
	    || (uint32_t)config->eSetBitOrder > eSPILSBFirst)
		return IOT_SPI_INVALID_VALUE;
	if (!worker_take(&handle->worker))
		return IOT_SPI_BUS_BUSY;
	handle->config = *config;
	handle->worker.busy = 0;
	return IOT_SPI_SUCCESS;
}

int32_t iot_spi_ioctl(IotSPIHandle_t const pxSPIPeripheral,
		      IotSPIIoctlRequest_t xSPIRequest, void *const pvBuffer)
{
	if (!spi_is_open(pxSPIPeripheral) || !pvBuffer)
		return IOT_SPI_INVALID_VALUE;
	switch (xSPIRequest) {
	case eSPISetMasterConfig:
		return spi_configured(pxSPIPeripheral, pvBuffer);
	case eSPIGetMasterConfig:
		*(IotSPIMasterConfig_t *)pvBuffer = pxSPIPeripheral->config;
		return IOT_SPI_SUCCESS;
	case eSPIGetTxNoOfbytes:
		*(uint16_t *)pvBuffer = pxSPIPeripheral->tx_done;
		return IOT_SPI_SUCCESS;
	case eSPIGetRxNoOfbytes:
		*(uint16_t *)pvBuffer = pxSPIPeripheral->rx_done;
		return IOT_SPI_SUCCESS;
	default:
		return IOT_SPI_INVALID_VALUE;
	}
}
