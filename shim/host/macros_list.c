/* SPDX-License-Identifier: BSD-3-Clause */
/* The macros of list.h, made callable. */
#include "shim.h"
#include "macros_list.h"

#include <string.h>

/* Memory in which nothing is as it should be. */
static void *junk(size_t size)
{
	return memset(uk_malloc(uk_alloc_get_default(), size), 0x5a, size);
}

List_t *test_list_junk(void)
{
	return junk(sizeof(List_t));
}

ListItem_t *test_item_junk(void)
{
	return junk(sizeof(ListItem_t));
}

ListItem_t *test_item_previous(const ListItem_t *item)
{
	return item->pxPrevious;
}

ListItem_t *test_list_index(const List_t *list)
{
	return list->pxIndex;
}

void test_list_set_owner(ListItem_t *item, void *owner)
{
	listSET_LIST_ITEM_OWNER(item, owner);
}

void *test_list_get_owner(ListItem_t *item)
{
	return listGET_LIST_ITEM_OWNER(item);
}

void test_list_set_value(ListItem_t *item, TickType_t value)
{
	listSET_LIST_ITEM_VALUE(item, value);
}

TickType_t test_list_get_value(ListItem_t *item)
{
	return listGET_LIST_ITEM_VALUE(item);
}

List_t *test_list_container(ListItem_t *item)
{
	return listLIST_ITEM_CONTAINER(item);
}

BaseType_t test_list_contains(List_t *list, ListItem_t *item)
{
	return listIS_CONTAINED_WITHIN(list, item);
}

BaseType_t test_list_is_empty(List_t *list)
{
	return listLIST_IS_EMPTY(list);
}

BaseType_t test_list_is_initialised(List_t *list)
{
	return listLIST_IS_INITIALISED(list);
}

UBaseType_t test_list_length(List_t *list)
{
	return listCURRENT_LIST_LENGTH(list);
}

ListItem_t *test_list_head(List_t *list)
{
	return listGET_HEAD_ENTRY(list);
}

TickType_t test_list_head_value(List_t *list)
{
	return listGET_ITEM_VALUE_OF_HEAD_ENTRY(list);
}

void *test_list_head_owner(List_t *list)
{
	return listGET_OWNER_OF_HEAD_ENTRY(list);
}

ListItem_t *test_list_next(ListItem_t *item)
{
	return listGET_NEXT(item);
}

const ListItem_t *test_list_end(List_t *list)
{
	return listGET_END_MARKER(list);
}

/* An owner of another type than void, as applications have. */
uint32_t *test_list_next_owner(List_t *list)
{
	uint32_t *owner;

	listGET_OWNER_OF_NEXT_ENTRY(owner, list);
	return owner;
}

void test_list_insert_end(List_t *list, ListItem_t *item)
{
	listINSERT_END(list, item);
}

void test_list_remove(ListItem_t *item)
{
	listREMOVE_ITEM(item);
}
