/* SPDX-License-Identifier: BSD-3-Clause */
/* list.h, which drivers of network buffers use directly. */
#include "groups.h"
#include "list.h"

static List_t list, other;
static ListItem_t items[4];
static int owners[4];

static void make(void)
{
	unsigned int i;

	vListInitialise(&list);
	vListInitialise(&other);
	for (i = 0; i < 4; i++) {
		vListInitialiseItem(&items[i]);
		listSET_LIST_ITEM_OWNER(&items[i], &owners[i]);
		listSET_LIST_ITEM_VALUE(&items[i], 10 * (i + 1));
	}
}

/* From the head on, the list has the items of these digits. */
static bool has(const char *digits)
{
	const ListItem_t *item = listGET_HEAD_ENTRY(&list);

	for (; *digits; digits++, item = listGET_NEXT(item)) {
		if (item != &items[*digits - '0'])
			return false;
	}
	return item == listGET_END_MARKER(&list);
}

static void a_new_list_is_empty(void)
{
	make();
	CHECK(listLIST_IS_INITIALISED(&list));
	CHECK(listLIST_IS_EMPTY(&list));
	CHECK(listCURRENT_LIST_LENGTH(&list) == 0);
	CHECK(listGET_HEAD_ENTRY(&list) == listGET_END_MARKER(&list));
	CHECK(listLIST_ITEM_CONTAINER(&items[0]) == NULL);
}

static void insert_sorts_by_value(void)
{
	make();
	vListInsert(&list, &items[2]);
	vListInsert(&list, &items[0]);
	vListInsert(&list, &items[3]);
	vListInsert(&list, &items[1]);
	CHECK(has("0123"));
	CHECK(listCURRENT_LIST_LENGTH(&list) == 4);
	CHECK(listGET_ITEM_VALUE_OF_HEAD_ENTRY(&list) == 10);
	CHECK(listGET_OWNER_OF_HEAD_ENTRY(&list) == &owners[0]);
}

static void equals_keep_their_order(void)
{
	unsigned int i;

	make();
	for (i = 0; i < 3; i++) {
		listSET_LIST_ITEM_VALUE(&items[i], 5);
		vListInsert(&list, &items[i]);
	}
	listSET_LIST_ITEM_VALUE(&items[3], portMAX_DELAY);
	vListInsert(&list, &items[3]);
	CHECK(has("0123"));
}

static void insert_end_does_not_sort(void)
{
	make();
	vListInsertEnd(&list, &items[2]);
	vListInsertEnd(&list, &items[0]);
	vListInsertEnd(&list, &items[1]);
	CHECK(has("201"));
	CHECK(listIS_CONTAINED_WITHIN(&list, &items[0]) == pdTRUE);
	CHECK(listIS_CONTAINED_WITHIN(&other, &items[0]) == pdFALSE);
	CHECK(listLIST_ITEM_CONTAINER(&items[0]) == &list);
}

static void remove_tells_what_is_left(void)
{
	make();
	vListInsertEnd(&list, &items[0]);
	vListInsertEnd(&list, &items[1]);
	vListInsertEnd(&list, &items[2]);
	CHECK(uxListRemove(&items[1]) == 2);
	CHECK(has("02"));
	CHECK(listLIST_ITEM_CONTAINER(&items[1]) == NULL);
	CHECK(uxListRemove(&items[0]) == 1);
	CHECK(uxListRemove(&items[2]) == 0);
	CHECK(listLIST_IS_EMPTY(&list));
}

/* Round and round, without ever giving the end marker. */
static void next_goes_round(void)
{
	void *owner = NULL;
	unsigned int i;

	make();
	for (i = 0; i < 3; i++)
		vListInsertEnd(&list, &items[i]);
	for (i = 0; i < 7; i++) {
		listGET_OWNER_OF_NEXT_ENTRY(owner, &list);
		CHECK(owner == &owners[i % 3]);
	}
	/* The one it points to may go. */
	uxListRemove(&items[0]);
	listGET_OWNER_OF_NEXT_ENTRY(owner, &list);
	CHECK(owner == &owners[1]);
}

static void an_item_tells_owner_and_value(void)
{
	make();
	CHECK(listGET_LIST_ITEM_OWNER(&items[3]) == &owners[3]);
	CHECK(listGET_LIST_ITEM_VALUE(&items[3]) == 40);
}

static void the_macros_do_as_the_functions(void)
{
	make();
	listINSERT_END(&list, &items[1]);
	listINSERT_END(&list, &items[0]);
	CHECK(has("10"));
	CHECK(listCURRENT_LIST_LENGTH(&list) == 2);
	listREMOVE_ITEM(&items[1]);
	CHECK(has("0"));
	CHECK(listLIST_ITEM_CONTAINER(&items[1]) == NULL);
}

const struct conformance_case list_cases[] = {
	CASE(a_new_list_is_empty),
	CASE(insert_sorts_by_value),
	CASE(equals_keep_their_order),
	CASE(insert_end_does_not_sort),
	CASE(remove_tells_what_is_left),
	CASE(next_goes_round),
	CASE(an_item_tells_owner_and_value),
	CASE(the_macros_do_as_the_functions),
	END_OF_CASES
};
