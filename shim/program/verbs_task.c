/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs: tasks, time, the scheduler, interrupts. */
#include "step.h"

static long delay(struct program_step *s)
{
	vTaskDelay(s->args[0]);
	return 0;
}

/* vTaskDelayUntil with a time that each task keeps for itself */
static long every(struct program_step *s)
{
	BaseType_t waited = xTaskDelayUntil(&s->self->previous, s->args[0]);

	s->has_extra = true;
	s->extra = s->self->previous;
	return waited;
}

static long yield(struct program_step *s)
{
	(void)s;
	taskYIELD();
	return 0;
}

static long suspend(struct program_step *s)
{
	vTaskSuspend(s->other->handle);
	return 0;
}

static long resume(struct program_step *s)
{
	if (s->isr)
		return xTaskResumeFromISR(s->other->handle);
	vTaskResume(s->other->handle);
	return 0;
}

static long priority(struct program_step *s)
{
	vTaskPrioritySet(s->other->handle, s->args[0]);
	return 0;
}

static long delete(struct program_step *s)
{
	if (program_holds_mutex(s->other))
		return PROGRAM_SKIPPED;
	s->other->deleted = true;
	vTaskDelete(s->other->handle);
	return 0;
}

static long lock(struct program_step *s)
{
	(void)s;
	vTaskSuspendAll();
	return 0;
}

static long unlock(struct program_step *s)
{
	(void)s;
	return xTaskResumeAll();
}

static long mask(struct program_step *s)
{
	(void)s;
	taskENTER_CRITICAL();
	return 0;
}

static long unmask(struct program_step *s)
{
	(void)s;
	taskEXIT_CRITICAL();
	return 0;
}

static long raise(struct program_step *s)
{
	program_raise(s->args[0]);
	return 0;
}

static long work(struct program_step *s)
{
	program_work(s->args[0]);
	return 0;
}

const struct program_verb program_task_verbs[] = {
	{ "delay", "t", delay },
	{ "every", "t", every },
	{ "yield", "", yield },
	{ "suspend", "a", suspend },
	{ "resume", "a", resume },
	{ "prio", "an", priority },
	{ "delete", "a", delete },
	{ "lock", "", lock },
	{ "unlock", "", unlock },
	{ "mask", "", mask },
	{ "unmask", "", unmask },
	{ "raise", "n", raise },
	{ "work", "t", work },
	{ NULL, NULL, NULL },
};
