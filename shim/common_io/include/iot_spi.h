/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS Common I/O: SPI. Instance n is the board's device spi<n>. */
#ifndef IOT_SPI_H
#define IOT_SPI_H

#include <stddef.h>
#include <stdint.h>

/* What the functions return */
#define IOT_SPI_SUCCESS			( 0 )
#define IOT_SPI_INVALID_VALUE		( 1 )
#define IOT_SPI_WRITE_FAILED		( 2 )
#define IOT_SPI_READ_FAILED		( 3 )
#define IOT_SPI_TRANSFER_ERROR		( 4 )
#define IOT_SPI_BUS_BUSY		( 5 )
#define IOT_SPI_NOTHING_TO_CANCEL	( 6 )
#define IOT_SPI_FUNCTION_NOT_SUPPORTED	( 7 )

/* How an asynchronous operation ended */
typedef enum {
	eSPISuccess = IOT_SPI_SUCCESS,
	eSPIWriteError = IOT_SPI_WRITE_FAILED,
	eSPIReadError = IOT_SPI_READ_FAILED,
	eSPITransferError = IOT_SPI_TRANSFER_ERROR,
} IotSPITransactionStatus_t;

/* CPOL and CPHA: 00, 01, 10, 11 */
typedef enum {
	eSPIMode0,
	eSPIMode1,
	eSPIMode2,
	eSPIMode3,
} IotSPIMode_t;

typedef enum {
	eSPIMSBFirst,
	eSPILSBFirst
} IotSPIBitOrder_t;

/* Requests of iot_spi_ioctl(), and what its buffer is */
typedef enum {
	eSPISetMasterConfig,	/* IotSPIMasterConfig_t */
	eSPIGetMasterConfig,	/* IotSPIMasterConfig_t */
	eSPIGetTxNoOfbytes,	/* uint16_t */
	eSPIGetRxNoOfbytes,	/* uint16_t */
} IotSPIIoctlRequest_t;

typedef struct IotSPIMasterConfig {
	uint32_t ulFreq;		/* Hz */
	IotSPIMode_t eMode;
	IotSPIBitOrder_t eSetBitOrder;
	uint8_t ucDummyValue;		/* what is sent while reading */
} IotSPIMasterConfig_t;

struct IotSPIDescriptor;
typedef struct IotSPIDescriptor *IotSPIHandle_t;

/* Called from a task of the library's when an asynchronous operation ends. */
typedef void (*IotSPICallback_t)(IotSPITransactionStatus_t xStatus,
				 void *pvSPIparam);

/* NULL: there is no such instance, it is open, or it cannot be set up. */
IotSPIHandle_t iot_spi_open(int32_t lSPIInstance);

void iot_spi_set_callback(IotSPIHandle_t const pxSPIPeripheral,
			  IotSPICallback_t xCallback, void *pvUserContext);

int32_t iot_spi_ioctl(IotSPIHandle_t const pxSPIPeripheral,
		      IotSPIIoctlRequest_t xSPIRequest, void *const pvBuffer);

int32_t iot_spi_read_sync(IotSPIHandle_t const pxSPIPeripheral,
			  uint8_t *const pvBuffer, size_t xBytes);

int32_t iot_spi_read_async(IotSPIHandle_t const pxSPIPeripheral,
			   uint8_t *const pvBuffer, size_t xBytes);

int32_t iot_spi_write_sync(IotSPIHandle_t const pxSPIPeripheral,
			   uint8_t *const pvBuffer, size_t xBytes);

int32_t iot_spi_write_async(IotSPIHandle_t const pxSPIPeripheral,
			    uint8_t *const pvBuffer, size_t xBytes);

int32_t iot_spi_transfer_sync(IotSPIHandle_t const pxSPIPeripheral,
			      uint8_t *const pvTxBuffer,
			      uint8_t *const pvRxBuffer, size_t xBytes);

int32_t iot_spi_transfer_async(IotSPIHandle_t const pxSPIPeripheral,
			       uint8_t *const pvTxBuffer,
			       uint8_t *const pvRxBuffer, size_t xBytes);

/* What is under way is cancelled first. */
int32_t iot_spi_close(IotSPIHandle_t const pxSPIPeripheral);

/* As iot_i2c_cancel(). */
int32_t iot_spi_cancel(IotSPIHandle_t const pxSPIPeripheral);

/* Which chip select the operations to come use; 0 at the start. */
int32_t iot_spi_select_slave(int32_t lSPIInstance, int32_t lSPISlave);

#endif /* IOT_SPI_H */
