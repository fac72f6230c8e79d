/* SPDX-License-Identifier: BSD-3-Clause */
/* Random number generator RNG200: see bcm2711_rng200_regs.h. */
#include "FreeRTOS.h"
#include "task.h"

#include "bcm2711_rng200.h"
#include "bcm2711_rng200_regs.h"

/* Longer than any FIFO takes to fill; our choice */
#define RNG_WAIT_MS	1000U

static inline volatile struct bcm2711_rng200_regs *
rng_regs(const struct bcm2711_rng200 *dev)
{
	return (volatile struct bcm2711_rng200_regs *)dev->base;
}

static void rng_enable(volatile struct bcm2711_rng200_regs *regs, bool on)
{
	uint32_t ctrl = mmio_read32(&regs->ctrl) & ~RNG200_CTRL_ENABLE_MASK;

	mmio_write32(&regs->ctrl, on ? ctrl | RNG200_CTRL_ENABLE : ctrl);
}

/* Off, both parts reset, what they reported forgotten, on. */
static void rng_restart(struct bcm2711_rng200 *dev)
{
	volatile struct bcm2711_rng200_regs *regs = rng_regs(dev);

	rng_enable(regs, false);
	mmio_write32(&regs->int_enable, 0);
	mmio_write32(&regs->int_status, RNG200_INT_ALL);
	mmio_write32(&regs->rbg_reset, 1);
	mmio_write32(&regs->soft_reset, 1);
	mmio_write32(&regs->soft_reset, 0);
	mmio_write32(&regs->rbg_reset, 0);
	rng_enable(regs, true);
}

static bool rng_is_ready(volatile struct bcm2711_rng200_regs *regs)
{
	return mmio_read32(&regs->total_bits) > RNG200_START_BITS
	       && (mmio_read32(&regs->fifo_count) & RNG200_FIFO_COUNT_MASK);
}

/* Once in a call the block may be restarted: its own tests have false alarms. */
static int rng_word(struct rng *rng, uint32_t *word)
{
	struct bcm2711_rng200 *dev = (struct bcm2711_rng200 *)
		((uintptr_t)rng - offsetof(struct bcm2711_rng200, rng));
	volatile struct bcm2711_rng200_regs *regs = rng_regs(dev);
	TickType_t left = pdMS_TO_TICKS(RNG_WAIT_MS);
	bool restarted = false;
	TimeOut_t since;

	vTaskSetTimeOutState(&since);
	for (;;) {
		uint32_t status = mmio_read32(&regs->int_status);

		if (status & (RNG200_INT_LOCKED_OUT | RNG200_INT_NIST_FAIL)) {
			if (restarted)
				return RNG_ERR_HEALTH;
			rng_restart(dev);
			restarted = true;
		} else if (rng_is_ready(regs)) {
			break;
		}
		if (xTaskCheckForTimeOut(&since, &left))
			return RNG_ERR_TIMEOUT;
		vTaskDelay(1);
	}
	*word = mmio_read32(&regs->fifo_data);
	return RNG_OK;
}

static const struct rng_ops rng_ops = { .word = rng_word };

int bcm2711_rng200_init(struct bcm2711_rng200 *dev)
{
	if (dev->absent)
		return RNG_ERR_NO_DEVICE;
	dev->rng = (struct rng){ .name = "bcm2711_rng200", .ops = &rng_ops };
	mmio_barrier();
	rng_restart(dev);
	mmio_barrier();
	return rng_attach(&dev->rng);
}
