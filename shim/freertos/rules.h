/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the rules of rows ask of handles. An object bears a tag from its
 * creation to its end; without configASSERT there are neither tags nor rules.
 */
#ifndef SHIM_RULES_H
#define SHIM_RULES_H

/* Values that neither small numbers nor addresses of RAM have. */
enum shim_kind {
	SHIM_NOTHING	= 0,
	SHIM_TASK	= 0xb5a7c001,
	SHIM_QUEUE	= 0xb5a7c002,	/* also a semaphore or mutex */
	SHIM_BLOCK	= 0xb5a7c003,	/* what pvPortMalloc gave */
	SHIM_EVENT_GROUP = 0xb5a7c004,
	SHIM_STREAM	= 0xb5a7c005,	/* also a message buffer */
	SHIM_TIMER	= 0xb5a7c006,
};

#if configASSERT_DEFINED
/*
 * A call that may wait, before tasks run: who it is, should it have to. A
 * thread of Unikraft's may wait then, but not for tasks.
 */
#define SHIM_MAY_WAIT(api) do {						\
	if (unlikely(!shim_started))					\
		shim_early_call((api), __builtin_return_address(0));	\
} while (0)
#define SHIM_WAITS() do {						\
	if (unlikely(!shim_started))					\
		shim_early_wait();					\
} while (0)

extern bool shim_started;
void shim_early_call(const char *api, const void *caller);
void shim_early_wait(void);

/* Define @p name to say whether a handle is a living object of this kind. */
#define SHIM_ALIVE(name, type, kind)					\
bool name(const void *handle)						\
{									\
	return shim_bears(handle, __offsetof(type, tag), (kind));	\
}									\
struct shim_tag

/* Its tag is so far behind @p handle. What is no memory still faults. */
bool shim_bears(const void *handle, ptrdiff_t tag_at, enum shim_kind kind);

/* Memory that vPortFree knows again. */
void *shim_block_alloc(size_t size);
void shim_block_free(void *block);

struct shim_tag {
	uint32_t kind;
};

static inline void shim_tag_set(struct shim_tag *tag, enum shim_kind kind)
{
	tag->kind = kind;
}

static inline void shim_tag_clear(struct shim_tag *tag)
{
	/* Freed next: the compiler must not think it in vain. */
	*(volatile uint32_t *)&tag->kind = SHIM_NOTHING;
}
#else
#define SHIM_MAY_WAIT(api)	do { } while (0)
#define SHIM_WAITS()		do { } while (0)
#define SHIM_ALIVE(name, type, kind)	struct shim_tag
#define shim_block_alloc(size)	shim_alloc(size)
#define shim_block_free(block)	shim_free(block)

struct shim_tag {
};

static inline void shim_tag_set(struct shim_tag *tag, enum shim_kind kind)
{
	(void)tag;
	(void)kind;
}

static inline void shim_tag_clear(struct shim_tag *tag)
{
	(void)tag;
}
#endif

/* What @p handle is, whatever its type says; not NULL. */
bool shim_task_alive(const void *handle);
bool shim_queue_alive(const void *handle);
bool shim_semaphore_alive(const void *handle);
bool shim_mutex_alive(const void *handle);
bool shim_event_group_alive(const void *handle);
bool shim_stream_alive(const void *handle);
bool shim_timer_alive(const void *handle);

/* pvPortMalloc gave @p block, and vPortFree did not get it yet. */
bool shim_block_alive(const void *block);

/* No item goes into @p queue or comes out: it counts. */
bool shim_queue_is_semaphore(QueueHandle_t queue);

/* A stack of @p words holds an interrupt's frame and a few calls. */
bool shim_stack_suffices(size_t words);

#endif /* SHIM_RULES_H */
