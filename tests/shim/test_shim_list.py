# SPDX-License-Identifier: BSD-3-Clause
"""list.h: order, walking, and the layout that applications embed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uk_board.shimhost import Host
from uk_board.tree import tree

MOST = 0xFFFFFFFF


class Items:
    """A list and named items; an item's owner is itself."""

    def __init__(self, host: Host) -> None:
        self.host, self.lib = host, host.lib
        self.list = host.lib.test_list_junk()
        self.named: dict[Any, str] = {}
        host.lib.vListInitialise(self.list)

    def item(self, name: str, value: int = 0) -> Any:
        item = self.lib.test_item_junk()
        self.lib.vListInitialiseItem(item)
        self.lib.test_list_set_value(item, value)
        self.lib.test_list_set_owner(item, item)
        self.named[self.host.raw(item)] = name
        return item

    def insert(self, name: str, value: int) -> Any:
        item = self.item(name, value)
        self.lib.vListInsert(self.list, item)
        return item

    def append(self, name: str) -> Any:
        item = self.item(name)
        self.lib.vListInsertEnd(self.list, item)
        return item

    def name(self, item: Any) -> str:
        return self.named[self.host.raw(item)]

    def order(self) -> str:
        """The names from head to end, having checked the links back."""
        names, before = "", self.lib.test_list_end(self.list)
        item = self.lib.test_list_head(self.list)
        while item != self.lib.test_list_end(self.list):
            assert self.lib.test_item_previous(item) == before
            names += self.name(item)
            before, item = item, self.lib.test_list_next(item)
        assert len(names) == self.lib.test_list_length(self.list)
        return names

    def walk(self, steps: int) -> str:
        return "".join(self.name(self.lib.test_list_next_owner(self.list)) for _ in range(steps))


def test_a_new_list_is_empty(host: Host) -> None:
    raw = host.lib.test_list_junk()
    assert host.lib.test_list_is_initialised(raw) == 0
    items = Items(host)
    assert host.lib.test_list_is_initialised(items.list) == 1
    assert host.lib.test_list_is_empty(items.list) == 1
    assert host.lib.test_list_length(items.list) == 0
    item = host.lib.test_item_junk()
    host.lib.vListInitialiseItem(item)
    assert host.lib.test_list_container(item) == host.ffi.NULL
    items.append("a")
    assert host.lib.test_list_is_empty(items.list) == 0
    assert host.lib.test_list_length(items.list) == 1


def test_insert_sorts_and_keeps_the_order_of_equals(host: Host) -> None:
    items = Items(host)
    for name, value in (("e", MOST), ("c", 7), ("a", 3), ("d", 7), ("f", MOST), ("b", 3)):
        items.insert(name, value)
    assert items.order() == "abcdef"


def test_insert_end_puts_behind_the_walk(host: Host) -> None:
    items = Items(host)
    for name in "abc":
        items.append(name)
    assert items.order() == "abc"
    assert items.walk(2) == "ab"
    items.append("d")  # last to be reached from here
    assert items.walk(4) == "cadb"


def test_walking_returns_each_owner_in_turn(host: Host) -> None:
    items = Items(host)
    for name in "abc":
        items.append(name)
    assert items.walk(7) == "abcabca"


def test_removing_keeps_the_walk_in_the_list(host: Host) -> None:
    items = Items(host)
    made = {name: items.append(name) for name in "abcd"}
    assert items.walk(2) == "ab"
    assert host.lib.uxListRemove(made["b"]) == 3
    assert host.lib.test_list_container(made["b"]) == host.ffi.NULL
    assert items.walk(2) == "cd"
    for left, name in enumerate("adc"):
        assert host.lib.uxListRemove(made[name]) == 2 - left
    assert host.lib.test_list_is_empty(items.list) == 1
    assert host.lib.test_list_index(items.list) == host.lib.test_list_end(items.list)


def test_the_fields_are_read_and_written(host: Host) -> None:
    items, other = Items(host), Items(host)
    item = items.item("a", 5)
    assert host.lib.test_list_get_owner(item) == item
    assert host.lib.test_list_get_value(item) == 5
    assert host.lib.test_list_contains(items.list, item) == 0
    host.lib.vListInsert(items.list, item)
    assert host.lib.test_list_container(item) == items.list
    assert host.lib.test_list_contains(items.list, item) == 1
    assert host.lib.test_list_contains(other.list, item) == 0


def test_the_head_is_seen(host: Host) -> None:
    items = Items(host)
    late, early = items.insert("l", 9), items.insert("e", 4)
    assert host.lib.test_list_head(items.list) == early
    assert host.lib.test_list_head_value(items.list) == 4
    assert host.lib.test_list_head_owner(items.list) == early
    assert host.lib.test_list_next(early) == late
    assert host.lib.test_list_next(late) == host.lib.test_list_end(items.list)


def test_macros_insert_and_remove(host: Host) -> None:
    items = Items(host)
    made = [items.item(name) for name in "ab"]
    for item in made:
        host.lib.test_list_insert_end(items.list, item)
    assert items.order() == "ab"
    host.lib.test_list_remove(made[0])
    assert items.order() == "b"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(st.sampled_from("iarw"), st.integers(0, 9)), max_size=40))
def test_a_list_behaves_as_its_model(host: Host, steps: list[tuple[str, int]]) -> None:
    items = Items(host)
    model: list[tuple[int, str, Any]] = []  # in the order of the list
    at = -1  # the walk's place in the model; -1: the end
    for number, (step, value) in enumerate(steps):
        name = chr(ord("A") + number)
        if step == "i":
            place = next((i for i, one in enumerate(model) if one[0] > value), len(model))
            model.insert(place, (value, name, items.insert(name, value)))
            at += at >= place
        elif step == "a":
            place = at if at >= 0 else len(model)
            model.insert(place, (0, name, items.append(name)))
            at += at >= 0
        elif step == "r" and model:
            place = value % len(model)
            _, _, item = model.pop(place)
            assert host.lib.uxListRemove(item) == len(model)
            at -= at >= place
        elif step == "w" and model:
            at = (at + 1) % len(model)
            assert items.walk(1) == model[at][1]
        assert items.order() == "".join(name for _, name, _ in model)


def test_misuse_is_a_broken_rule(host: Host) -> None:
    items, raw = Items(host), host.lib.test_list_junk()
    item = items.item("a")
    for call, arguments, says in (
        ("uxListRemove", (item,), "the item is in no list"),
        ("vListInsert", (raw, item), "the list is not initialised"),
        ("vListInsertEnd", (raw, item), "the list is not initialised"),
        ("vListInitialise", (None,), "pxList is NULL"),
    ):
        assert not host.task("task").call(call, *arguments).done
        assert f"{call}: {says}" in host.output()


@pytest.mark.parametrize("mini", [0, 1])
def test_the_layout_is_freertos_s(shim_library: Path, tmp_path: Path, mini: int) -> None:
    # On a 64-bit machine with 32-bit ticks.
    source = f"""
    #define configUSE_MINI_LIST_ITEM {mini}
    #define configLIST_VOLATILE volatile
    #include "FreeRTOS.h"
    #include "list.h"
    #define AT(type, field, at) _Static_assert(offsetof(type, field) == at, #field)
    AT(ListItem_t, xItemValue, 0);
    AT(ListItem_t, pxNext, 8);
    AT(ListItem_t, pxPrevious, 16);
    AT(ListItem_t, pvOwner, 24);
    AT(ListItem_t, pxContainer, 32);
    _Static_assert(sizeof(ListItem_t) == 40, "");
    _Static_assert(sizeof(MiniListItem_t) == ({mini} ? 24 : 40), "");
    AT(List_t, uxNumberOfItems, 0);
    AT(List_t, pxIndex, 8);
    AT(List_t, xListEnd, 16);
    _Static_assert(sizeof(List_t) == 16 + sizeof(MiniListItem_t), "");
    struct socket {{ xListItem old_name; xList *list; }};
    """
    (tmp_path / "layout.c").write_text(source)
    include = (shim_library.parent, tree() / "shim/freertos/include")
    command = ["gcc", "-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra", "-Werror"]
    command += [*(f"-I{folder}" for folder in include), str(tmp_path / "layout.c")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
