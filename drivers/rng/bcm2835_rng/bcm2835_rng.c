/* SPDX-License-Identifier: BSD-3-Clause */
/* Random number generator of the BCM2835: see bcm2835_rng_regs.h. */
#include "FreeRTOS.h"
#include "task.h"

#include "bcm2835_rng.h"
#include "bcm2835_rng_regs.h"

/*
 * The warm-up is the longest wait: 2^18 numbers at about a million bits a
 * second (Linux, the driver's quality and speed) are a quarter of a second
 * if they are bits; eight seconds if they are words.
 */
#define RNG_WAIT_MS	10000U

static inline volatile struct bcm2835_rng_regs *
rng_regs(const struct bcm2835_rng *dev)
{
	return (volatile struct bcm2835_rng_regs *)dev->base;
}

static int rng_word(struct rng *rng, uint32_t *word)
{
	struct bcm2835_rng *dev = (struct bcm2835_rng *)
		((uintptr_t)rng - offsetof(struct bcm2835_rng, rng));
	volatile struct bcm2835_rng_regs *regs = rng_regs(dev);
	TickType_t left = pdMS_TO_TICKS(RNG_WAIT_MS);
	TimeOut_t since;

	vTaskSetTimeOutState(&since);
	while (!BCM2835_RNG_STATUS_WORDS(mmio_read32(&regs->status))) {
		if (xTaskCheckForTimeOut(&since, &left))
			return RNG_ERR_TIMEOUT;
		vTaskDelay(1);
	}
	*word = mmio_read32(&regs->data);
	return RNG_OK;
}

static const struct rng_ops rng_ops = { .word = rng_word };

int bcm2835_rng_init(struct bcm2835_rng *dev)
{
	volatile struct bcm2835_rng_regs *regs = rng_regs(dev);

	if (dev->absent)
		return RNG_ERR_NO_DEVICE;
	dev->rng = (struct rng){ .name = "bcm2835_rng", .ops = &rng_ops };
	mmio_barrier();
	mmio_write32(&regs->int_mask, mmio_read32(&regs->int_mask)
				      | BCM2835_RNG_INT_OFF);
	mmio_write32(&regs->status, BCM2835_RNG_WARM_UP);
	mmio_write32(&regs->ctrl, BCM2835_RNG_CTRL_ENABLE);
	mmio_barrier();
	return rng_attach(&dev->rng);
}
