/* SPDX-License-Identifier: BSD-3-Clause */
/* SPI buses: what a bus driver provides and what a device driver calls. */
#ifndef DRIVERS_SPI_H
#define DRIVERS_SPI_H

#include "FreeRTOS.h"
#include "semphr.h"

#define SPI_OK			0
#define SPI_ERR_ARGUMENT	(-1)	/* nothing to transfer, bad setting */
#define SPI_ERR_TIMEOUT		(-4)	/* the controller did not finish */
#define SPI_ERR_NO_INTERRUPT	(-5)	/* it did, but did not say so */
#define SPI_ERR_CANCELLED	(-6)

/* How one device on the bus is talked to. */
struct spi_setting {
	uint32_t hz;		/* at most; the bus may be slower */
	uint8_t select;		/* chip select */
	uint8_t mode;		/* 0 to 3: CPOL in bit 1, CPHA in bit 0 */
	uint8_t fill;		/* what is sent where nothing is to send */
	_Bool lsb_first;
};

struct spi_bus;

struct spi_bus_ops {
	/*
	 * Called with the bus locked; @p length is not 0. Either pointer may
	 * be NULL: nothing to send, nothing to keep.
	 */
	int (*transfer)(struct spi_bus *bus, const struct spi_setting *setting,
			const uint8_t *tx, uint8_t *rx, size_t length);
	/* End the transfer under way with SPI_ERR_CANCELLED; any task. */
	void (*cancel)(struct spi_bus *bus);
};

struct spi_bus {
	const struct spi_bus_ops *ops;
	SemaphoreHandle_t lock;
	StaticSemaphore_t lock_memory;
	uint8_t selects;	/* how many chip selects it has */
};

/* For bus drivers, at the end of their own set-up. */
static inline void spi_bus_init(struct spi_bus *bus,
				const struct spi_bus_ops *ops, uint8_t selects)
{
	bus->ops = ops;
	bus->selects = selects;
	bus->lock = xSemaphoreCreateMutexStatic(&bus->lock_memory);
}

/*
 * Send and receive @p length bytes at once, with the device selected all the
 * time. Waits while other tasks use the bus and while the transfer lasts: for
 * tasks only. SPI_OK, or one of the errors above.
 */
static inline int spi_transfer(struct spi_bus *bus,
			       const struct spi_setting *setting,
			       const uint8_t *tx, uint8_t *rx, size_t length)
{
	int rc;

	if (!length || setting->select >= bus->selects || setting->mode > 3
	    || !setting->hz)
		return SPI_ERR_ARGUMENT;
	xSemaphoreTake(bus->lock, portMAX_DELAY);
	rc = bus->ops->transfer(bus, setting, tx, rx, length);
	xSemaphoreGive(bus->lock);
	return rc;
}

/* What an error is called in a message. */
static inline const char *spi_error_text(int error)
{
	switch (error) {
	case SPI_OK:
		return "no error";
	case SPI_ERR_ARGUMENT:
		return "nothing to transfer, or a setting that the bus lacks";
	case SPI_ERR_TIMEOUT:
		return "the controller does not finish";
	case SPI_ERR_NO_INTERRUPT:
		return "the controller's interrupt does not come";
	case SPI_ERR_CANCELLED:
		return "cancelled";
	default:
		return "unknown error";
	}
}

#endif /* DRIVERS_SPI_H */
