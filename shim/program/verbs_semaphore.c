/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs: semaphores and mutexes. */
#include "step.h"

static void *make_binary(struct program_object *o,
			const unsigned long *numbers)
{
	(void)o, (void)numbers;
	return xSemaphoreCreateBinary();
}

static void *make_counting(struct program_object *o,
			const unsigned long *numbers)
{
	(void)o;
	return xSemaphoreCreateCounting(numbers[0], numbers[1]);
}

static void *make_mutex(struct program_object *o,
			const unsigned long *numbers)
{
	(void)numbers;
	o->is_mutex = true;
	return xSemaphoreCreateMutex();
}

static void *make_recursive(struct program_object *o,
			const unsigned long *numbers)
{
	(void)numbers;
	o->is_mutex = true;
	return xSemaphoreCreateRecursiveMutex();
}

static long take(struct program_step *s)
{
	if (s->isr)
		return xSemaphoreTakeFromISR(s->object->handle, &s->woken);
	return xSemaphoreTake(s->object->handle, s->args[0]);
}

static long give(struct program_step *s)
{
	if (s->isr)
		return xSemaphoreGiveFromISR(s->object->handle, &s->woken);
	if (s->object->is_mutex
	    && xSemaphoreGetMutexHolder(s->object->handle)
	       != xTaskGetCurrentTaskHandle())
		return PROGRAM_SKIPPED;
	return xSemaphoreGive(s->object->handle);
}

static long take_again(struct program_step *s)
{
	return xSemaphoreTakeRecursive(s->object->handle, s->args[0]);
}

static long give_again(struct program_step *s)
{
	return xSemaphoreGiveRecursive(s->object->handle);
}

const struct program_maker program_semaphore_makers[] = {
	{ "binary", make_binary },
	{ "counting", make_counting },
	{ "mutex", make_mutex },
	{ "recursive", make_recursive },
	{ NULL, NULL },
};

const struct program_verb program_semaphore_verbs[] = {
	{ "take", "ot", take },
	{ "give", "o", give },
	{ "rtake", "ot", take_again },
	{ "rgive", "o", give_again },
	{ NULL, NULL, NULL },
};
