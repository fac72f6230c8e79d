/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Events: named lists of handlers that the linker collects. image.ld sorts
 * the sections, so that the head ".uk_event_X~" comes first, its handlers
 * ".uk_event_X~<prio>" next and the end mark ".uk_event_X~~" last.
 */
#ifndef __UK_EVENT_H__
#define __UK_EVENT_H__

#include <uk/essentials.h>
#include <uk/prio.h>

typedef int (*uk_event_handler_t)(void *data);

#define UK_EVENT_NOT_HANDLED	0
#define UK_EVENT_HANDLED	1
#define UK_EVENT_HANDLED_CONT	2

struct uk_event {
	const uk_event_handler_t *hlist_end;
};

#define UK_EVENT(name)							\
	extern const uk_event_handler_t _uk_event_##name##_end[];	\
	__asm__(".pushsection \".uk_event_" #name "~~\", \"a\"\n"	\
		"_uk_event_" #name "_end:\n"				\
		".popsection\n");					\
	const struct uk_event __used __section(".uk_event_" #name "~")	\
	uk_event_##name = { _uk_event_##name##_end }

#define _UK_EVENT_HANDLER_PRIO(name, fn, prio)				\
	static const uk_event_handler_t __used				\
	__section(".uk_event_" #name "~" #prio)				\
	_uk_event_##name##_##prio##_##fn = (fn)
#define UK_EVENT_HANDLER_PRIO(name, fn, prio) \
	_UK_EVENT_HANDLER_PRIO(name, fn, prio)
#define UK_EVENT_HANDLER(name, fn) \
	UK_EVENT_HANDLER_PRIO(name, fn, 9)

#define UK_EVENT_PTR(name)	(&uk_event_##name)

static inline int uk_raise_event_ptr(const struct uk_event *e, void *data)
{
	const uk_event_handler_t *handler = (const uk_event_handler_t *)(e + 1);
	int result = UK_EVENT_NOT_HANDLED;

	for (; handler < e->hlist_end; handler++) {
		int rc = (*handler)(data);

		if (rc < 0 || rc == UK_EVENT_HANDLED)
			return rc;
		if (rc == UK_EVENT_HANDLED_CONT)
			result = rc;
	}
	return result;
}

#define uk_raise_event(name, data) ({				\
	extern const struct uk_event uk_event_##name;		\
	uk_raise_event_ptr(&uk_event_##name, (data));		\
})

#endif /* __UK_EVENT_H__ */
