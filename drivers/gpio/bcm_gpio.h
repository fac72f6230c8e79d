/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the GPIO drivers of the Raspberry Pis share: all but the pulls. Which
 * pins belong to other devices is the board's and the application's affair.
 */
#ifndef BCM_GPIO_H
#define BCM_GPIO_H

#include "FreeRTOS.h"
#include "task.h"

#include "../mmio.h"
#include "bcm_gpio_regs.h"
#include "gpio.h"

struct bcm_gpio {
	struct gpio_chip chip;
	volatile struct bcm_gpio_regs *regs;
	uint32_t irq;		/* DRIVER_IRQ_NONE: no pin has events */
	/* For pins that have an interrupt: */
	struct {
		gpio_handler handler;
		void *arg;
	} events[BCM_GPIO_IRQ_PINS];
	uint32_t levels;	/* pins whose event is a level */
};

static inline struct bcm_gpio *bcm_gpio_of(struct gpio_chip *chip)
{
	return (struct bcm_gpio *)
		((uintptr_t)chip - offsetof(struct bcm_gpio, chip));
}

/* Change bits of a register that others change too. */
static inline void bcm_gpio_change(volatile uint32_t *reg, uint32_t clear,
				   uint32_t set)
{
	taskENTER_CRITICAL();
	mmio_write32(reg, (mmio_read32(reg) & ~clear) | set);
	taskEXIT_CRITICAL();
}

static inline void bcm_gpio_set_function(struct gpio_chip *chip, uint32_t pin,
					 uint32_t function)
{
	struct bcm_gpio *dev = bcm_gpio_of(chip);
	uint32_t shift = pin % BCM_GPIO_FSEL_PINS * BCM_GPIO_FSEL_BITS;

	bcm_gpio_change(&dev->regs->fsel[pin / BCM_GPIO_FSEL_PINS],
			BCM_GPIO_FSEL_MASK << shift, function << shift);
}

static inline uint32_t bcm_gpio_function(struct gpio_chip *chip, uint32_t pin)
{
	struct bcm_gpio *dev = bcm_gpio_of(chip);
	uint32_t shift = pin % BCM_GPIO_FSEL_PINS * BCM_GPIO_FSEL_BITS;

	return mmio_read32(&dev->regs->fsel[pin / BCM_GPIO_FSEL_PINS]) >> shift
	       & BCM_GPIO_FSEL_MASK;
}

static inline void bcm_gpio_write(struct gpio_chip *chip, uint32_t pin,
				  uint32_t level)
{
	struct bcm_gpio *dev = bcm_gpio_of(chip);

	mmio_write32(level ? &dev->regs->set[pin / 32]
			   : &dev->regs->clr[pin / 32], 1U << (pin % 32));
}

static inline uint32_t bcm_gpio_read(struct gpio_chip *chip, uint32_t pin)
{
	struct bcm_gpio *dev = bcm_gpio_of(chip);

	return mmio_read32(&dev->regs->lev[pin / 32]) >> (pin % 32) & 1;
}

/* ---- Events ---- */

/* Turn off all that a pin can detect. */
static inline void bcm_gpio_detect_none(struct bcm_gpio *dev, uint32_t bit)
{
	bcm_gpio_change(&dev->regs->ren[0], bit, 0);
	bcm_gpio_change(&dev->regs->fen[0], bit, 0);
	bcm_gpio_change(&dev->regs->hen[0], bit, 0);
	bcm_gpio_change(&dev->regs->len[0], bit, 0);
}

static inline void bcm_gpio_interrupt(void *arg)
{
	struct bcm_gpio *dev = arg;
	uint32_t events, level;

	mmio_barrier();
	events = mmio_read32(&dev->regs->eds[0]);
	level = mmio_read32(&dev->regs->lev[0]);
	for (uint32_t pin = 0; pin < BCM_GPIO_IRQ_PINS; pin++) {
		uint32_t bit = 1U << pin;

		if (!(events & bit))
			continue;
		/* A level would interrupt for ever. */
		if (dev->levels & bit) {
			mmio_write32(&dev->regs->hen[0],
				     mmio_read32(&dev->regs->hen[0]) & ~bit);
			mmio_write32(&dev->regs->len[0],
				     mmio_read32(&dev->regs->len[0]) & ~bit);
		}
		mmio_write32(&dev->regs->eds[0], bit);
		if (dev->events[pin].handler)
			dev->events[pin].handler(pin, level >> pin & 1,
						 dev->events[pin].arg);
	}
	mmio_barrier();
}

static inline void bcm_gpio_detect(struct bcm_gpio *dev, uint32_t bit,
				   enum gpio_event event)
{
	if (event == GPIO_EVENT_RISING || event == GPIO_EVENT_EDGE)
		bcm_gpio_change(&dev->regs->ren[0], 0, bit);
	if (event == GPIO_EVENT_FALLING || event == GPIO_EVENT_EDGE)
		bcm_gpio_change(&dev->regs->fen[0], 0, bit);
	if (event == GPIO_EVENT_LOW)
		bcm_gpio_change(&dev->regs->len[0], 0, bit);
	if (event == GPIO_EVENT_HIGH)
		bcm_gpio_change(&dev->regs->hen[0], 0, bit);
}

static inline int bcm_gpio_set_event(struct gpio_chip *chip, uint32_t pin,
				     enum gpio_event event,
				     gpio_handler handler, void *arg)
{
	struct bcm_gpio *dev = bcm_gpio_of(chip);
	uint32_t bit = 1U << (pin % 32);

	if (pin >= BCM_GPIO_IRQ_PINS || dev->irq == DRIVER_IRQ_NONE)
		return GPIO_ERR_NO_INTERRUPT;
	mmio_barrier();
	bcm_gpio_detect_none(dev, bit);
	/* What was seen before does not count. */
	mmio_write32(&dev->regs->eds[0], bit);
	taskENTER_CRITICAL();
	dev->events[pin].handler = handler;
	dev->events[pin].arg = arg;
	dev->levels &= ~bit;
	if (event == GPIO_EVENT_LOW || event == GPIO_EVENT_HIGH)
		dev->levels |= bit;
	taskEXIT_CRITICAL();
	bcm_gpio_detect(dev, bit, event);
	mmio_barrier();
	return GPIO_OK;
}

/* Quiet all events and take the interrupt; GPIO_OK or an error. */
static inline int bcm_gpio_init(struct bcm_gpio *dev, uintptr_t base,
				uint32_t irq, const struct gpio_chip_ops *ops)
{
	dev->chip = (struct gpio_chip){
		ops, BCM_GPIO_PINS, BCM_GPIO_FSEL_MASK + 1,
	};
	dev->regs = (volatile struct bcm_gpio_regs *)base;
	dev->irq = irq;
	dev->levels = 0;
	if (irq == DRIVER_IRQ_NONE)
		return GPIO_OK;
	mmio_barrier();
	bcm_gpio_detect_none(dev, (1U << BCM_GPIO_IRQ_PINS) - 1);
	mmio_write32(&dev->regs->eds[0], (1U << BCM_GPIO_IRQ_PINS) - 1);
	mmio_barrier();
	if (xPortInstallInterruptHandler(irq, bcm_gpio_interrupt, dev)
	    != pdPASS)
		return GPIO_ERR_NO_INTERRUPT;
	vPortEnableInterrupt(irq);
	return GPIO_OK;
}

#endif /* BCM_GPIO_H */
