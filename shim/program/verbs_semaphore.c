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
	o->items = (long)numbers[1];
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

/* Tokens are counted; and who has taken a mutex has it alone. */
static long taken(struct program_step *s, BaseType_t result)
{
	struct program_object *o = s->object;

	if (result == pdPASS)
		o->items--;
	if (result == pdPASS && o->is_mutex) {
		if (o->owner && o->owner != s->self)
			program_violation("two tasks have", o->name);
		o->owner = s->self;
		o->depth++;
	}
	return result;
}

static long given(struct program_step *s, BaseType_t result)
{
	if (result == pdPASS)
		s->object->items++;
	return result;
}

static bool is_holder(const struct program_step *s)
{
	return xSemaphoreGetMutexHolder(s->object->handle)
	       == xTaskGetCurrentTaskHandle();
}

/* Before it is given: the next may have it when that returns. */
static void disown(struct program_object *o)
{
	if (--o->depth == 0)
		o->owner = NULL;
}

static long take(struct program_step *s)
{
	if (s->isr)
		return taken(s, xSemaphoreTakeFromISR(s->object->handle,
						      &s->woken));
	return taken(s, xSemaphoreTake(s->object->handle, s->args[0]));
}

static long give(struct program_step *s)
{
	if (s->isr)
		return given(s, xSemaphoreGiveFromISR(s->object->handle,
						      &s->woken));
	if (s->object->is_mutex) {
		if (!is_holder(s))
			return PROGRAM_SKIPPED;
		disown(s->object);
	}
	return given(s, xSemaphoreGive(s->object->handle));
}

static long take_again(struct program_step *s)
{
	return taken(s, xSemaphoreTakeRecursive(s->object->handle,
						s->args[0]));
}

static long give_again(struct program_step *s)
{
	if (is_holder(s))
		disown(s->object);
	return xSemaphoreGiveRecursive(s->object->handle);
}

static void check_count(struct program_object *o)
{
	if (!o->uncounted
	    && (UBaseType_t)o->items != uxSemaphoreGetCount(o->handle))
		program_violation("gives and takes are not the count of",
				  o->name);
}

static bool can_take(const struct program_step *s)
{
	return uxSemaphoreGetCount(s->object->handle) > 0;
}

const struct program_maker program_semaphore_makers[] = {
	{ "binary", make_binary, check_count },
	{ "counting", make_counting, check_count },
	{ "mutex", make_mutex, NULL },
	{ "recursive", make_recursive, NULL },
	{ NULL, NULL, NULL },
};

const struct program_verb program_semaphore_verbs[] = {
	{ "take", "ot", take, can_take },
	{ "give", "o", give, NULL },
	{ "rtake", "ot", take_again, can_take },
	{ "rgive", "o", give_again, NULL },
	{ NULL, NULL, NULL, NULL },
};
