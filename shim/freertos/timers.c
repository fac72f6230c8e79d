/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Software timers: a task that owns the active ones, and the queue of
 * commands to it. Only that task touches the list, so only the queue is
 * guarded. Ticks have 64 bits here: nothing wraps but what callers see.
 */
#include "shim.h"

struct tmrTimerControl {
	struct shim_list link;		/* active timers, by expiry */
	int64_t expiry;			/* ticks; the last one if not active */
	const char *name;
	void *id;
	TimerCallbackFunction_t callback;
	TickType_t period;
	struct shim_tag tag;
	bool active;
	bool auto_reload;
	bool static_memory;
	UBaseType_t number;		/* a tracer's */
};

_Static_assert(sizeof(StaticTimer_t) >= sizeof(struct tmrTimerControl),
	       "StaticTimer_t is too small for a timer");

SHIM_ALIVE(shim_timer_alive, struct tmrTimerControl, SHIM_TIMER);

/* ---- The queue of commands ---- */

struct command {
	PendedFunction_t function;	/* to call, or NULL */
	void *object;			/* its first argument, or a timer */
	uint32_t value;			/* its second, or the command's */
	uint32_t id;			/* tmrCOMMAND_*, for the timer */
};

static struct {
	struct command *write;		/* where the next command goes */
	struct command *read;		/* where the oldest one is */
	uint32_t count;
	struct shim_list receivers;	/* the timer task, if it waits */
	struct shim_list senders;
	struct command ring[configTIMER_QUEUE_LENGTH];
} queue = {
	.write = queue.ring,
	.read = queue.ring,
	.receivers = { &queue.receivers, &queue.receivers },
	.senders = { &queue.senders, &queue.senders },
};

static inline struct command *ring_after(struct command *c)
{
	return c + 1 == queue.ring + configTIMER_QUEUE_LENGTH ? queue.ring
							      : c + 1;
}

/* There is room. */
static inline void ring_put(PendedFunction_t function, void *object,
			    uint32_t value, uint32_t id)
{
	struct command *command = queue.write;

	command->function = function;
	command->object = object;
	command->value = value;
	command->id = id;
	queue.write = ring_after(command);
	queue.count++;
}

static inline bool queue_is_full(void)
{
	return queue.count == configTIMER_QUEUE_LENGTH;
}

/* Wait until there is room; masked. False: none came in time. */
static bool queue_await_room(TickType_t ticks)
{
	enum shim_wake how = SHIM_WOKEN;
	__snsec until = 0;

	/* As FreeRTOS: where nobody could make room, nobody waits for it. */
	if (!ticks || !shim_started || shim_suspended)
		return false;
	while (queue_is_full()) {
		if (how != SHIM_WOKEN || !shim_time_is_left(&until, ticks))
			return false;
		how = shim_wait(&queue.senders, until);
	}
	return true;
}

/* There is room; masked. */
static inline BaseType_t queue_send_now(PendedFunction_t function,
					void *object, uint32_t value,
					uint32_t id, unsigned long flags)
{
	ring_put(function, object, value, id);
	shim_wake_one(&queue.receivers);
	shim_restore_and_preempt(flags);
	return pdPASS;
}

static __noinline BaseType_t queue_send_later(PendedFunction_t function,
					      void *object, uint32_t value,
					      uint32_t id, TickType_t ticks,
					      unsigned long flags)
{
	if (queue_await_room(ticks))
		return queue_send_now(function, object, value, id, flags);
	ukplat_lcpu_restore_irqf(flags);
	return pdFAIL;
}

static inline BaseType_t queue_send(PendedFunction_t function, void *object,
				    uint32_t value, uint32_t id,
				    TickType_t ticks)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (unlikely(queue_is_full()))
		return queue_send_later(function, object, value, id, ticks,
					flags);
	return queue_send_now(function, object, value, id, flags);
}

static inline BaseType_t queue_send_isr(PendedFunction_t function,
					void *object, uint32_t value,
					uint32_t id, BaseType_t *woken)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (queue_is_full()) {
		ukplat_lcpu_restore_irqf(flags);
		return pdFAIL;
	}
	ring_put(function, object, value, id);
	shim_wake_one_isr(&queue.receivers, woken);
	ukplat_lcpu_restore_irqf(flags);
	return pdPASS;
}

/* Take the oldest command, of which there is one. Interrupts masked. */
static inline struct command queue_take(void)
{
	struct command *command = queue.read;

	queue.read = ring_after(command);
	queue.count--;
	shim_wake_one(&queue.senders);
	return *command;
}

/* ---- The active timers; in the timer task ---- */

static struct shim_list timers = { &timers, &timers };

static inline struct tmrTimerControl *timer_of(struct shim_list *item)
{
	return (struct tmrTimerControl *)item;
}

static inline int64_t ticks_now(void)
{
	return (int64_t)shim_ticks64(ukplat_monotonic_clock());
}

/* Behind the timers that expire before it or together with it. */
static void timer_insert(struct tmrTimerControl *timer)
{
	struct shim_list *pos = timers.prev;

	while (pos != &timers && timer_of(pos)->expiry > timer->expiry)
		pos = pos->prev;
	shim_list_insert_after(pos, &timer->link);
}

/* Let it expire a period after @p from; false: that is not after @p now. */
static bool timer_schedule(struct tmrTimerControl *timer, int64_t from,
			   int64_t now)
{
	timer->expiry = from + timer->period;
	if (timer->expiry <= now)
		return false;
	timer_insert(timer);
	return true;
}

/* It expired and is in no list; each period that was missed counts. */
static void timer_expired(struct tmrTimerControl *timer, int64_t now)
{
	if (timer->auto_reload) {
		while (!timer_schedule(timer, timer->expiry, now))
			timer->callback(timer);
	} else {
		timer->active = false;
	}
	timer->callback(timer);
}

/* From @p time, when it was told to, which may be more than a period ago. */
static void timer_start(struct tmrTimerControl *timer, TickType_t time)
{
	int64_t now = ticks_now();
	int64_t from = now - (TickType_t)((TickType_t)now - time);

	timer->active = true;
	if (unlikely(!timer_schedule(timer, from, now)))
		timer_expired(timer, now);
}

static void timer_change_period(struct tmrTimerControl *timer,
				TickType_t period)
{
	timer->period = period;
	timer->expiry = ticks_now() + period;
	timer->active = true;
	timer_insert(timer);
}

static void timer_delete(struct tmrTimerControl *timer)
{
	timer->active = false;
	shim_tag_clear(&timer->tag);
	if (!timer->static_memory)
		shim_free(timer);
}

static void command_execute(const struct command *command)
{
	struct tmrTimerControl *timer = command->object;

	if (command->function) {
		command->function(command->object, command->value);
		return;
	}
	if (timer->active)
		shim_list_remove(&timer->link);
	switch (command->id) {
	case tmrCOMMAND_START:
	case tmrCOMMAND_RESET:
	case tmrCOMMAND_START_FROM_ISR:
	case tmrCOMMAND_RESET_FROM_ISR:
		timer_start(timer, command->value);
		break;
	case tmrCOMMAND_CHANGE_PERIOD:
	case tmrCOMMAND_CHANGE_PERIOD_FROM_ISR:
		timer_change_period(timer, command->value);
		break;
	case tmrCOMMAND_DELETE:
		timer_delete(timer);
		break;
	default:
		timer->active = false;
	}
}

/* ---- The timer task ---- */

static TaskHandle_t timer_task;

/*
 * Take the first timer if its time has come; otherwise wait for that, or for
 * a command, and return NULL. Interrupts masked.
 */
static struct tmrTimerControl *timer_take_or_wait(__nsec now)
{
	struct tmrTimerControl *timer = timer_of(timers.next);
	__snsec until = 0;

	if (!shim_list_empty(&timers)) {
		until = shim_deadline_after((uint64_t)timer->expiry, 0);
		if ((__snsec)now >= until) {
			shim_list_remove(&timer->link);
			return timer;
		}
	}
	shim_wait(&queue.receivers, until);
	return NULL;
}

/* As FreeRTOS: between two timers that expire all commands are done. */
static void timer_task_main(void *arg)
{
	struct tmrTimerControl *timer;
	struct command command;
	unsigned long flags;
	__nsec now;

	(void)arg;
#if configUSE_DAEMON_TASK_STARTUP_HOOK
	vApplicationDaemonTaskStartupHook();
#endif
	for (;;) {
		flags = ukplat_lcpu_save_irqf();
		if (queue.count) {
			command = queue_take();
			shim_restore_and_preempt(flags);
			command_execute(&command);
			continue;
		}
		now = ukplat_monotonic_clock();
		timer = timer_take_or_wait(now);
		ukplat_lcpu_restore_irqf(flags);
		if (timer)
			timer_expired(timer, (int64_t)shim_ticks64(now));
	}
}

#if configSUPPORT_DYNAMIC_ALLOCATION
/* Otherwise the application must bring it. */
__weak void vApplicationGetTimerTaskMemory(StaticTask_t **task,
					   StackType_t **stack,
					   configSTACK_DEPTH_TYPE *depth);
#endif

static void timer_task_create(void)
{
	configSTACK_DEPTH_TYPE depth = 0;
	StackType_t *stack = NULL;
	StaticTask_t *task = NULL;

#if configSUPPORT_DYNAMIC_ALLOCATION
	if (!vApplicationGetTimerTaskMemory) {
		xTaskCreate(timer_task_main, configTIMER_SERVICE_TASK_NAME,
			    configTIMER_TASK_STACK_DEPTH, NULL,
			    configTIMER_TASK_PRIORITY, &timer_task);
		return;
	}
#endif
	vApplicationGetTimerTaskMemory(&task, &stack, &depth);
	timer_task = xTaskCreateStatic(timer_task_main,
				       configTIMER_SERVICE_TASK_NAME, depth,
				       NULL, configTIMER_TASK_PRIORITY,
				       stack, task);
}

bool shim_timers_start(void)
{
	if (!configUSE_TIMERS || timer_task)
		return true;
	timer_task_create();
	SHIM_RULE(timer_task, "vTaskStartScheduler",
		  "no memory for the timer task; try: configUSE_TIMERS 0");
	return timer_task != NULL;
}

TaskHandle_t shim_timer_task(void)
{
	return timer_task;
}

/* ---- Commands ---- */

/* Before the first start of the scheduler the tick count is still to be 0. */
static inline TickType_t command_value(BaseType_t id, TickType_t value)
{
	return unlikely(!shim_started) && !shim_epoch_ns
	       && id != tmrCOMMAND_CHANGE_PERIOD
	       && id != tmrCOMMAND_CHANGE_PERIOD_FROM_ISR ? 0 : value;
}

BaseType_t shim_timer_command(TimerHandle_t timer, BaseType_t id,
			      TickType_t value, TickType_t ticks)
{
	if (unlikely(!timer || (UBaseType_t)id >= tmrFIRST_FROM_ISR_COMMAND))
		return pdFAIL;
	return queue_send(NULL, timer, command_value(id, value), (uint32_t)id,
			  ticks);
}

BaseType_t shim_timer_command_isr(TimerHandle_t timer, BaseType_t id,
				  TickType_t value, BaseType_t *woken)
{
	if (!timer || id < tmrFIRST_FROM_ISR_COMMAND)
		return pdFAIL;
	return queue_send_isr(NULL, timer, command_value(id, value),
			      (uint32_t)id, woken);
}

BaseType_t shim_timer_pend(PendedFunction_t function, void *first,
			   uint32_t second, TickType_t ticks)
{
	return queue_send(function, first, second, 0, ticks);
}

BaseType_t shim_timer_pend_isr(PendedFunction_t function, void *first,
			       uint32_t second, BaseType_t *woken)
{
	return queue_send_isr(function, first, second, 0, woken);
}

/* ---- Creation ---- */

static TimerHandle_t timer_init(struct tmrTimerControl *timer,
				const char *name, TickType_t period,
				BaseType_t auto_reload, void *id,
				TimerCallbackFunction_t callback)
{
	shim_tag_set(&timer->tag, SHIM_TIMER);
	timer->expiry = 0;
	timer->name = name;
	timer->id = id;
	timer->callback = callback;
	timer->period = period;
	timer->active = false;
	timer->auto_reload = auto_reload != pdFALSE;
	timer->number = 0;
	return timer;
}

TimerHandle_t shim_timer_create(const char *name, TickType_t period,
				BaseType_t auto_reload, void *id,
				TimerCallbackFunction_t callback)
{
	struct tmrTimerControl *timer = shim_alloc(sizeof(*timer));

	if (!timer)
		return NULL;
	timer->static_memory = false;
	return timer_init(timer, name, period, auto_reload, id, callback);
}

TimerHandle_t shim_timer_create_static(const char *name, TickType_t period,
				       BaseType_t auto_reload, void *id,
				       TimerCallbackFunction_t callback,
				       StaticTimer_t *memory)
{
	struct tmrTimerControl *timer = (void *)memory;

	if (!timer)
		return NULL;
	timer->static_memory = true;
	return timer_init(timer, name, period, auto_reload, id, callback);
}

BaseType_t shim_timer_static_buffer(TimerHandle_t timer,
				    StaticTimer_t **memory)
{
	if (!timer->static_memory)
		return pdFALSE;
	*memory = (StaticTimer_t *)timer;
	return pdTRUE;
}

/* ---- State; one aligned load or store each ---- */

BaseType_t shim_timer_is_active(TimerHandle_t timer)
{
	return *(volatile bool *)&timer->active;
}

BaseType_t shim_timer_reload_mode(TimerHandle_t timer)
{
	return timer->auto_reload;
}

UBaseType_t shim_timer_reload_mode_unsigned(TimerHandle_t timer)
{
	return timer->auto_reload;
}

void shim_timer_reload_mode_set(TimerHandle_t timer, BaseType_t auto_reload)
{
	timer->auto_reload = auto_reload != pdFALSE;
}

TickType_t shim_timer_period(TimerHandle_t timer)
{
	return timer->period;
}

TickType_t shim_timer_expiry(TimerHandle_t timer)
{
	return (TickType_t)timer->expiry;
}

const char *shim_timer_name(TimerHandle_t timer)
{
	return timer->name;
}

void *shim_timer_id(TimerHandle_t timer)
{
	return timer->id;
}

void shim_timer_id_set(TimerHandle_t timer, void *id)
{
	timer->id = id;
}

/* ---- What tracers number timers with ---- */

UBaseType_t shim_timer_number(TimerHandle_t timer)
{
	return timer->number;
}

void shim_timer_number_set(TimerHandle_t timer, UBaseType_t number)
{
	timer->number = number;
}
