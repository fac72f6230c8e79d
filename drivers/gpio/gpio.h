/* SPDX-License-Identifier: BSD-3-Clause */
/* Pins as inputs and outputs: what a driver provides, what others call. */
#ifndef DRIVERS_GPIO_H
#define DRIVERS_GPIO_H

#include <stddef.h>
#include <stdint.h>

#define GPIO_OK			0
#define GPIO_ERR_PIN		(-1)	/* there is no such pin */
#define GPIO_ERR_ARGUMENT	(-2)	/* no such function, pull or event */
#define GPIO_ERR_NO_INTERRUPT	(-3)	/* the pin or the machine has none */

enum gpio_pull {
	GPIO_PULL_NONE,
	GPIO_PULL_UP,
	GPIO_PULL_DOWN,
};

/* When a pin interrupts. A level does so once, until it is set again. */
enum gpio_event {
	GPIO_EVENT_NONE,
	GPIO_EVENT_RISING,
	GPIO_EVENT_FALLING,
	GPIO_EVENT_EDGE,
	GPIO_EVENT_LOW,
	GPIO_EVENT_HIGH,
};

/* What a pin is: a number of the SoC's document, but for these two. */
#define GPIO_FUNCTION_INPUT	0U
#define GPIO_FUNCTION_OUTPUT	1U

struct gpio_chip;

/* Called in an interrupt, with the level of the pin at that time. */
typedef void (*gpio_handler)(uint32_t pin, uint32_t level, void *arg);

/* Pins are below `pins`. All but set_event() may be called anywhere. */
struct gpio_chip_ops {
	void (*set_function)(struct gpio_chip *chip, uint32_t pin,
			     uint32_t function);
	uint32_t (*function)(struct gpio_chip *chip, uint32_t pin);
	void (*set_pull)(struct gpio_chip *chip, uint32_t pin,
			 enum gpio_pull pull);
	void (*write)(struct gpio_chip *chip, uint32_t pin, uint32_t level);
	uint32_t (*read)(struct gpio_chip *chip, uint32_t pin);
	int (*set_event)(struct gpio_chip *chip, uint32_t pin,
			 enum gpio_event event, gpio_handler handler,
			 void *arg);
};

struct gpio_chip {
	const struct gpio_chip_ops *ops;
	uint32_t pins;
	uint32_t functions;	/* as many numbers of functions there are */
};

static inline int gpio_set_function(struct gpio_chip *chip, uint32_t pin,
				    uint32_t function)
{
	if (pin >= chip->pins)
		return GPIO_ERR_PIN;
	if (function >= chip->functions)
		return GPIO_ERR_ARGUMENT;
	chip->ops->set_function(chip, pin, function);
	return GPIO_OK;
}

static inline int gpio_set_pull(struct gpio_chip *chip, uint32_t pin,
				enum gpio_pull pull)
{
	if (pin >= chip->pins)
		return GPIO_ERR_PIN;
	if ((uint32_t)pull > GPIO_PULL_DOWN)
		return GPIO_ERR_ARGUMENT;
	chip->ops->set_pull(chip, pin, pull);
	return GPIO_OK;
}

/* What an output shall be; an input that becomes one begins with it. */
static inline int gpio_write(struct gpio_chip *chip, uint32_t pin,
			     uint32_t level)
{
	if (pin >= chip->pins)
		return GPIO_ERR_PIN;
	chip->ops->write(chip, pin, level);
	return GPIO_OK;
}

/* 0 or 1, or an error. */
static inline int gpio_read(struct gpio_chip *chip, uint32_t pin)
{
	if (pin >= chip->pins)
		return GPIO_ERR_PIN;
	return (int)chip->ops->read(chip, pin);
}

/* Let @p handler be called at every @p event; from a task. */
static inline int gpio_set_event(struct gpio_chip *chip, uint32_t pin,
				 enum gpio_event event, gpio_handler handler,
				 void *arg)
{
	if (pin >= chip->pins)
		return GPIO_ERR_PIN;
	if ((uint32_t)event > GPIO_EVENT_HIGH
	    || (event != GPIO_EVENT_NONE && !handler))
		return GPIO_ERR_ARGUMENT;
	return chip->ops->set_event(chip, pin, event, handler, arg);
}

#endif /* DRIVERS_GPIO_H */
