/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FreeRTOS's lists. Nothing of the shim uses them; they are for code that
 * embeds items in structures of its own, so the fields are FreeRTOS's.
 */
#ifndef LIST_H
#define LIST_H

#ifndef INC_FREERTOS_H
#error "include FreeRTOS.h before list.h"
#endif

/* `volatile`, for a compiler that optimises across functions too boldly */
#ifndef configLIST_VOLATILE
#define configLIST_VOLATILE
#endif

struct xLIST;

struct xLIST_ITEM {
	configLIST_VOLATILE TickType_t xItemValue;	/* what sorts it */
	struct xLIST_ITEM *configLIST_VOLATILE pxNext;
	struct xLIST_ITEM *configLIST_VOLATILE pxPrevious;
	void *pvOwner;					/* whatever holds it */
	struct xLIST *configLIST_VOLATILE pxContainer;	/* NULL: no list */
};

/* The end of a list needs neither owner nor container. */
#if configUSE_MINI_LIST_ITEM
struct xMINI_LIST_ITEM {
	configLIST_VOLATILE TickType_t xItemValue;
	struct xLIST_ITEM *configLIST_VOLATILE pxNext;
	struct xLIST_ITEM *configLIST_VOLATILE pxPrevious;
};
typedef struct xMINI_LIST_ITEM MiniListItem_t;
#else
typedef struct xLIST_ITEM MiniListItem_t;
#endif

struct xLIST {
	configLIST_VOLATILE UBaseType_t uxNumberOfItems;
	ListItem_t *configLIST_VOLATILE pxIndex;	/* for walking */
	MiniListItem_t xListEnd;	/* greatest value: always the last */
};

/* Walk on by one item, past the end; the list is not empty. */
static inline void *pvListNextOwner(List_t *pxList)
{
	pxList->pxIndex = pxList->pxIndex->pxNext;
	if (pxList->pxIndex == (void *)&pxList->xListEnd)
		pxList->pxIndex = pxList->xListEnd.pxNext;
	return pxList->pxIndex->pvOwner;
}

#include "freertos_list_api.h"

#endif /* LIST_H */
