/* SPDX-License-Identifier: BSD-3-Clause */
/* Linked lists under Unikraft's names: tail queues, singly linked tail queues,
 * and the circular uk_list_head.
 */
#ifndef __UK_LIST_H__
#define __UK_LIST_H__

#include <uk/essentials.h>

/* Tail queue: both directions, O(1) insertion and removal anywhere. */
#define UK_TAILQ_HEAD(name, type)	struct name {			\
	type *tqh_first;	/* first element */			\
	type **tqh_last;	/* where the last one's next is */	\
}
#define UK_TAILQ_ENTRY(type)		struct {			\
	type *tqe_next;							\
	type **tqe_prev;	/* where the previous one's next is */	\
}

#define UK_TAILQ_HEAD_INITIALIZER(head)	{ NULL, &(head).tqh_first }
#define UK_TAILQ_INIT(head) do {					\
	(head)->tqh_first = NULL;					\
	(head)->tqh_last = &(head)->tqh_first;				\
} while (0)

#define UK_TAILQ_EMPTY(head)		((head)->tqh_first == NULL)
#define UK_TAILQ_FIRST(head)		((head)->tqh_first)
#define UK_TAILQ_NEXT(elm, field)	((elm)->field.tqe_next)

#define UK_TAILQ_INSERT_HEAD(head, elm, field) do {			\
	(elm)->field.tqe_next = (head)->tqh_first;			\
	if ((head)->tqh_first)						\
		(head)->tqh_first->field.tqe_prev =			\
			&(elm)->field.tqe_next;				\
	else								\
		(head)->tqh_last = &(elm)->field.tqe_next;		\
	(head)->tqh_first = (elm);					\
	(elm)->field.tqe_prev = &(head)->tqh_first;			\
} while (0)

#define UK_TAILQ_INSERT_TAIL(head, elm, field) do {			\
	(elm)->field.tqe_next = NULL;					\
	(elm)->field.tqe_prev = (head)->tqh_last;			\
	*(head)->tqh_last = (elm);					\
	(head)->tqh_last = &(elm)->field.tqe_next;			\
} while (0)

#define UK_TAILQ_INSERT_BEFORE(listelm, elm, field) do {		\
	(elm)->field.tqe_prev = (listelm)->field.tqe_prev;		\
	(elm)->field.tqe_next = (listelm);				\
	*(listelm)->field.tqe_prev = (elm);				\
	(listelm)->field.tqe_prev = &(elm)->field.tqe_next;		\
} while (0)

#define UK_TAILQ_REMOVE(head, elm, field) do {				\
	if ((elm)->field.tqe_next)					\
		(elm)->field.tqe_next->field.tqe_prev =			\
			(elm)->field.tqe_prev;				\
	else								\
		(head)->tqh_last = (elm)->field.tqe_prev;		\
	*(elm)->field.tqe_prev = (elm)->field.tqe_next;			\
} while (0)

#define UK_TAILQ_FOREACH(var, head, field)				\
	for ((var) = (head)->tqh_first; (var); (var) = (var)->field.tqe_next)

#define UK_TAILQ_FOREACH_SAFE(var, head, field, tvar)			\
	for ((var) = (head)->tqh_first;					\
	     (var) && ((tvar) = (var)->field.tqe_next, 1);		\
	     (var) = (tvar))

/* Singly linked tail queue: one pointer an element, removal is O(n). */
#define UK_STAILQ_HEAD(name, type)	struct name {			\
	type *stqh_first;						\
	type **stqh_last;						\
}
#define UK_STAILQ_HEAD_INITIALIZER(head)	{ NULL, &(head).stqh_first }
#define UK_STAILQ_ENTRY(type)		struct { type *stqe_next; }

#define UK_STAILQ_INIT(head) do {					\
	(head)->stqh_first = NULL;					\
	(head)->stqh_last = &(head)->stqh_first;			\
} while (0)

#define UK_STAILQ_EMPTY(head)		((head)->stqh_first == NULL)
#define UK_STAILQ_FIRST(head)		((head)->stqh_first)
#define UK_STAILQ_NEXT(elm, field)	((elm)->field.stqe_next)

#define UK_STAILQ_INSERT_TAIL(head, elm, field) do {			\
	(elm)->field.stqe_next = NULL;					\
	*(head)->stqh_last = (elm);					\
	(head)->stqh_last = &(elm)->field.stqe_next;			\
} while (0)

#define UK_STAILQ_REMOVE(head, elm, type, field) do {			\
	type **__link = &(head)->stqh_first;				\
									\
	while (*__link != (elm))					\
		__link = &(*__link)->field.stqe_next;			\
	*__link = (elm)->field.stqe_next;				\
	if (!*__link)							\
		(head)->stqh_last = __link;				\
} while (0)

#define UK_STAILQ_FOREACH(var, head, field)				\
	for ((var) = (head)->stqh_first; (var);				\
	     (var) = (var)->field.stqe_next)

#define UK_STAILQ_FOREACH_SAFE(var, head, field, tvar)			\
	for ((var) = (head)->stqh_first;				\
	     (var) && ((tvar) = (var)->field.stqe_next, 1);		\
	     (var) = (tvar))

/* Circular doubly linked list without a type. */
struct uk_list_head {
	struct uk_list_head *next;
	struct uk_list_head *prev;
};

#define UK_LIST_HEAD_INIT(name)		{ &(name), &(name) }
#define UK_LIST_HEAD(name) \
	struct uk_list_head name = UK_LIST_HEAD_INIT(name)

static inline void UK_INIT_LIST_HEAD(struct uk_list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline int uk_list_empty(const struct uk_list_head *head)
{
	return head->next == head;
}

static inline void uk_list_add_tail(struct uk_list_head *entry,
				    struct uk_list_head *head)
{
	entry->next = head;
	entry->prev = head->prev;
	head->prev->next = entry;
	head->prev = entry;
}

static inline void uk_list_del(struct uk_list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
}

#define uk_list_entry(ptr, type, field)	__containerof(ptr, type, field)
#define uk_list_for_each_entry(pos, head, member)			\
	for ((pos) = uk_list_entry((head)->next, __typeof__(*(pos)), member); \
	     &(pos)->member != (head);					\
	     (pos) = uk_list_entry((pos)->member.next,			\
				   __typeof__(*(pos)), member))

#endif /* __UK_LIST_H__ */
