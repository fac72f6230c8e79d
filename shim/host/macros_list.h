/* SPDX-License-Identifier: BSD-3-Clause */
/* list.h for Python. Plain declarations: cffi reads them. */
#ifndef SHIM_HOST_MACROS_LIST_H
#define SHIM_HOST_MACROS_LIST_H

/* A list and an item that no function has touched yet. */
List_t *test_list_junk(void);
ListItem_t *test_item_junk(void);

/* Fields that no macro shows. */
ListItem_t *test_item_previous(const ListItem_t *item);
ListItem_t *test_list_index(const List_t *list);

/* Each does what the macro of a like name does. */
void test_list_set_owner(ListItem_t *item, void *owner);
void *test_list_get_owner(ListItem_t *item);
void test_list_set_value(ListItem_t *item, TickType_t value);
TickType_t test_list_get_value(ListItem_t *item);
List_t *test_list_container(ListItem_t *item);
BaseType_t test_list_contains(List_t *list, ListItem_t *item);
BaseType_t test_list_is_empty(List_t *list);
BaseType_t test_list_is_initialised(List_t *list);
UBaseType_t test_list_length(List_t *list);
ListItem_t *test_list_head(List_t *list);
TickType_t test_list_head_value(List_t *list);
void *test_list_head_owner(List_t *list);
ListItem_t *test_list_next(ListItem_t *item);
const ListItem_t *test_list_end(List_t *list);
uint32_t *test_list_next_owner(List_t *list);
void test_list_insert_end(List_t *list, ListItem_t *item);
void test_list_remove(ListItem_t *item);

#endif /* SHIM_HOST_MACROS_LIST_H */
