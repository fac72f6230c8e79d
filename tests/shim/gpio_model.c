/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a model of the Raspberry Pis' GPIO behind the recorded
 * register accesses. The test drives inputs; edges and levels are detected
 * as they are enabled.
 */
#include <string.h>
#include <uk_host.h>

#include "bcm2711_gpio_io.h"
#include "bcm2835_gpio_io.h"

#define MODEL_IRQ	49
#define WORDS		(sizeof(struct bcm_gpio_regs) / 4)

static struct bcm_gpio_regs registers;
static uint32_t word[WORDS];
static uint32_t inputs[2], outputs[2], pulled[54];

#define AT(field)	(offsetof(struct bcm_gpio_regs, field) / 4)

struct bcm2835_gpio_io model_2835;
struct bcm2711_gpio_io model_2711;
static struct gpio_chip *chip;

static uint32_t level_of(uint32_t pin)
{
	uint32_t function = word[AT(fsel) + pin / 10] >> pin % 10 * 3 & 7;
	const uint32_t *levels = function == 1 ? outputs : inputs;

	return levels[pin / 32] >> (pin % 32) & 1;
}

static void detect_levels(void)
{
	uint32_t levels = 0;

	for (uint32_t pin = 0; pin < 28; pin++)
		levels |= level_of(pin) << pin;
	word[AT(eds)] |= levels & word[AT(hen)];
	word[AT(eds)] |= ~levels & word[AT(len)];
}

static void signal(void)
{
	detect_levels();
	if (word[AT(eds)] & 0xfffffff)
		host_raise(MODEL_IRQ);
}

uint32_t mmio_read32(const volatile uint32_t *reg)
{
	uint32_t at = (uint32_t)((uintptr_t)reg - (uintptr_t)&registers) / 4;
	uint32_t value = 0;

	detect_levels();
	if (at != AT(lev) && at != AT(lev) + 1)
		return word[at];
	for (uint32_t bit = 0; bit < 32; bit++)
		if ((at - AT(lev)) * 32 + bit < 54)
			value |= level_of((at - AT(lev)) * 32 + bit) << bit;
	return value;
}

void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	uint32_t at = (uint32_t)((uintptr_t)reg - (uintptr_t)&registers) / 4;

	if (at == AT(set) || at == AT(set) + 1)
		outputs[at - AT(set)] |= value;
	else if (at == AT(clr) || at == AT(clr) + 1)
		outputs[at - AT(clr)] &= ~value;
	else if (at == AT(eds) || at == AT(eds) + 1)
		word[at] &= ~value;
	else
		word[at] = value;
	if (at == AT(pudclk) || at == AT(pudclk) + 1)
		for (uint32_t bit = 0; bit < 32; bit++)
			if (value >> bit & 1)
				pulled[(at - AT(pudclk)) * 32 + bit] =
					word[AT(pud)];
	signal();
}

void mmio_barrier(void)
{
}

/* ---- For the test ---- */

static uint32_t calls, last_pin, last_level, in_interrupt;

static void handler(uint32_t pin, uint32_t level, void *arg)
{
	(void)arg;
	calls++;
	last_pin = pin;
	last_level = level;
	in_interrupt = (uint32_t)xPortIsInsideInterrupt();
}

int model_init(uint32_t newer, uint32_t interrupt)
{
	memset(word, 0, sizeof(word));
	memset(inputs, 0, sizeof(inputs));
	memset(outputs, 0, sizeof(outputs));
	memset(pulled, 0, sizeof(pulled));
	calls = last_pin = last_level = in_interrupt = 0;
	/* Left by who was here before */
	word[AT(ren)] = word[AT(eds)] = 0x10;
	model_2835.base = model_2711.base = (uintptr_t)&registers;
	model_2835.irq = model_2711.irq =
		interrupt ? MODEL_IRQ : DRIVER_IRQ_NONE;
	chip = newer ? &model_2711.port.chip : &model_2835.port.chip;
	return newer ? bcm2711_gpio_io_init(&model_2711)
		     : bcm2835_gpio_io_init(&model_2835);
}

void model_drive(uint32_t pin, uint32_t level)
{
	uint32_t before = level_of(pin), bit = 1U << (pin % 32);

	inputs[pin / 32] = (inputs[pin / 32] & ~bit) | (level ? bit : 0);
	if (pin < 28 && !before && level_of(pin))
		word[AT(eds)] |= bit & word[AT(ren)];
	if (pin < 28 && before && !level_of(pin))
		word[AT(eds)] |= bit & word[AT(fen)];
	signal();
	host_run();
}

uint32_t model_word(uint32_t offset)
{
	return word[offset / 4];
}

uint32_t model_pulled(uint32_t pin)
{
	return pulled[pin];
}

/* calls, pin, level, whether in an interrupt; and begin anew */
void model_called(uint32_t *into)
{
	into[0] = calls;
	into[1] = last_pin;
	into[2] = last_level;
	into[3] = in_interrupt;
	calls = 0;
}

int pin_function(uint32_t pin, uint32_t function)
{
	return gpio_set_function(chip, pin, function);
}

uint32_t pin_function_now(uint32_t pin)
{
	return chip->ops->function(chip, pin);
}

int pin_pull(uint32_t pin, uint32_t pull)
{
	return gpio_set_pull(chip, pin, (enum gpio_pull)pull);
}

int pin_write(uint32_t pin, uint32_t level)
{
	return gpio_write(chip, pin, level);
}

int pin_read(uint32_t pin)
{
	return gpio_read(chip, pin);
}

int pin_event(uint32_t pin, uint32_t event, uint32_t handled)
{
	return gpio_set_event(chip, pin, (enum gpio_event)event,
			      handled ? handler : NULL, NULL);
}
