/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS Common I/O: I2C. Instance n is the board's device i2c<n>. */
#ifndef IOT_I2C_H
#define IOT_I2C_H

#include <stddef.h>
#include <stdint.h>

/* Speeds in bits a second */
#define IOT_I2C_STANDARD_MODE_BPS	( 100000 )
#define IOT_I2C_FAST_MODE_BPS		( 400000 )
#define IOT_I2C_FAST_MODE_PLUS_BPS	( 1000000 )
#define IOT_I2C_HIGH_SPEED_BPS		( 3400000 )

/* What the functions return */
#define IOT_I2C_SUCCESS			( 0 )
#define IOT_I2C_INVALID_VALUE		( 1 )
#define IOT_I2C_BUSY			( 2 )
#define IOT_I2C_WRITE_FAILED		( 3 )
#define IOT_I2C_READ_FAILED		( 4 )
#define IOT_I2C_NACK			( 5 )
#define IOT_I2C_BUS_TIMEOUT		( 6 )
#define IOT_I2C_NOTHING_TO_CANCEL	( 7 )
#define IOT_I2C_FUNCTION_NOT_SUPPORTED	( 8 )
#define IOT_I2C_SLAVE_ADDRESS_NOT_SET	( 9 )

typedef enum {
	eI2CBusIdle = 0,
	eI2cBusBusy = IOT_I2C_BUSY,
} IotI2CBusStatus_t;

/* How an asynchronous operation ended */
typedef enum {
	eI2CCompleted = IOT_I2C_SUCCESS,
	eI2CDriverFailed,
	eI2CNackFromSlave = IOT_I2C_NACK,
	eI2CMasterTimeout = IOT_I2C_BUS_TIMEOUT,
} IotI2COperationStatus_t;

typedef struct IotI2CConfig {
	uint32_t ulMasterTimeout;	/* ms that a device may hold the clock */
	uint32_t ulBusFreq;		/* Hz */
} IotI2CConfig_t;

/* Requests of iot_i2c_ioctl(), and what its buffer is */
typedef enum {
	eI2CSendNoStopFlag,	/* nothing; for the next operation only */
	eI2CSetSlaveAddr,	/* uint16_t */
	eI2CSetMasterConfig,	/* IotI2CConfig_t */
	eI2CGetMasterConfig,	/* IotI2CConfig_t */
	eI2CGetBusState,	/* IotI2CBusStatus_t */
	eI2CBusReset,		/* nothing; not supported here */
	eI2CGetTxNoOfbytes,	/* uint16_t */
	eI2CGetRxNoOfbytes,	/* uint16_t */
} IotI2CIoctlRequest_t;

struct IotI2CDescriptor;
typedef struct IotI2CDescriptor *IotI2CHandle_t;

/* Called from a task of the library's when an asynchronous operation ends. */
typedef void (*IotI2CCallback_t)(IotI2COperationStatus_t xOpStatus,
				 void *pvUserContext);

/* NULL: there is no such instance, it is open, or it cannot be set up. */
IotI2CHandle_t iot_i2c_open(int32_t lI2CInstance);

void iot_i2c_set_callback(IotI2CHandle_t const pxI2CPeripheral,
			  IotI2CCallback_t xCallback, void *pvUserContext);

int32_t iot_i2c_read_sync(IotI2CHandle_t const pxI2CPeripheral,
			  uint8_t *const pucBuffer, size_t xBytes);

/*
 * After eI2CSendNoStopFlag the bytes are kept, and go out as one message with
 * the read that follows. (The BSC sends a STOP between them nevertheless.) A
 * read always ends with a STOP.
 */
int32_t iot_i2c_write_sync(IotI2CHandle_t const pxI2CPeripheral,
			   uint8_t *const pucBuffer, size_t xBytes);

int32_t iot_i2c_read_async(IotI2CHandle_t const pxI2CPeripheral,
			   uint8_t *const pucBuffer, size_t xBytes);

int32_t iot_i2c_write_async(IotI2CHandle_t const pxI2CPeripheral,
			    uint8_t *const pucBuffer, size_t xBytes);

int32_t iot_i2c_ioctl(IotI2CHandle_t const pxI2CPeripheral,
		      IotI2CIoctlRequest_t xI2CRequest, void *const pvBuffer);

/* What is under way is cancelled first. */
int32_t iot_i2c_close(IotI2CHandle_t const pxI2CPeripheral);

/*
 * When it returns IOT_I2C_SUCCESS the operation is over, its buffer is the
 * caller's again, and its callback is not called.
 */
int32_t iot_i2c_cancel(IotI2CHandle_t const pxI2CPeripheral);

#endif /* IOT_I2C_H */
