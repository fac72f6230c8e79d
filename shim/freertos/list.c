/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS's list.h: circular lists of items in order of their values. */
#include "shim.h"

/* The end counts as an item of the greatest value. */
static inline ListItem_t *end_of(List_t *list)
{
	return (ListItem_t *)&list->xListEnd;
}

void shim_items_init(List_t *list)
{
	ListItem_t *end = end_of(list);

	end->xItemValue = portMAX_DELAY;
	end->pxNext = end;
	end->pxPrevious = end;
#if !configUSE_MINI_LIST_ITEM
	end->pvOwner = NULL;
	end->pxContainer = NULL;
#endif
	list->pxIndex = end;
	list->uxNumberOfItems = 0;
}

void shim_item_init(ListItem_t *item)
{
	item->pxContainer = NULL;
}

static void item_insert_before(List_t *list, ListItem_t *next,
			       ListItem_t *item)
{
	item->pxNext = next;
	item->pxPrevious = next->pxPrevious;
	next->pxPrevious->pxNext = item;
	next->pxPrevious = item;
	item->pxContainer = list;
	list->uxNumberOfItems++;
}

/* Behind its equals; the greatest value goes last without a search. */
void shim_items_insert(List_t *list, ListItem_t *item)
{
	ListItem_t *next = end_of(list);

	if (item->xItemValue != portMAX_DELAY)
		for (next = next->pxNext;
		     next->xItemValue <= item->xItemValue;
		     next = next->pxNext)
			;
	item_insert_before(list, next, item);
}

/* Walking reaches it last, wherever the walk is now. */
void shim_items_append(List_t *list, ListItem_t *item)
{
	item_insert_before(list, list->pxIndex, item);
}

UBaseType_t shim_item_remove(ListItem_t *item)
{
	List_t *list = item->pxContainer;

	item->pxNext->pxPrevious = item->pxPrevious;
	item->pxPrevious->pxNext = item->pxNext;
	if (list->pxIndex == item)
		list->pxIndex = item->pxPrevious;
	item->pxContainer = NULL;
	return --list->uxNumberOfItems;
}
