# SPDX-License-Identifier: BSD-3-Clause
"""The rules of the lease, under everything that a network and its programs may do."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("labgrid")
sys.path.insert(0, str(Path(__file__).parent))

import rackworld
from rackworld import FakeCoordinator, World, now

from uk_board.rack.lease import Fence, Owner, Times, Watch, told

BOARD = {"board": "one"}
SPAN_S = 150.0

events = st.lists(
    st.tuples(
        st.floats(5, SPAN_S - 5),
        st.sampled_from(["kill", "cut", "slow", "restart", "keeper-cut", "keeper-restart"]),
        st.integers(0, 3),
        st.sampled_from([0.5, 3.0, 8.0, 14.0, 24.0, 27.0, 40.0, 90.0]),
    ),
    max_size=8,
)


def test_a_lease_that_was_cut_never_comes_back() -> None:
    fence = Fence(Times(), 100)
    assert fence.holds(124.9)
    fence.confirm(120, 124)
    assert fence.holds(144)
    assert not fence.holds(145)
    fence.confirm(144, 145)
    assert not fence.holds(144)


@given(
    st.lists(st.floats(0, 20), min_size=1, max_size=60),
    st.lists(st.tuples(st.floats(0.1, 30), st.floats(0, 10)), min_size=1, max_size=60),
)
def test_whom_the_keeper_takes_for_dead_has_stopped(
    pauses_s: list[float], looks: list[tuple[float, float]]
) -> None:
    """Whenever refreshes arrive and looks are made: dead means that the fence has cut."""
    times, arrivals, sent_s = Times(), [], 0.0
    for pause_s in pauses_s:
        sent_s += pause_s
        arrivals.append(sent_s)
    watch, at_s = Watch(times), 0.0
    for pause_s, took_s in looks:
        began_s, at_s = at_s + pause_s, at_s + pause_s + took_s
        # What is read may be as of any time in between: the worst is the latest.
        beat = max((arrival for arrival in arrivals if arrival <= at_s), default=None)
        if "x" in watch.look(began_s, at_s, {"x": beat}):
            assert beat is None or not Fence(times, beat).holds(at_s)


def test_an_owner_is_told_and_read_back() -> None:
    owner = Owner("lab-3", "ann.b", 4711, "0123abcd")
    assert Owner.parse(str(owner)) == owner
    assert Owner.parse("lab-3/ann.b") is None
    assert told(str(owner)) == "ann.b on lab-3, process 4711"
    assert told("lab-3/ann") == "ann on lab-3 (labgrid-client, no lease)"


async def _live(happenings: list[tuple[float, str, int, float]], clients: int = 4) -> World:
    world = World(FakeCoordinator({"p1": BOARD, "p2": BOARD}))
    keepers = [world.start_keeper(fresh=True)]
    for number in range(clients):
        world.start_client(BOARD, use_s=20 + 7 * number)
    begin_s = now()
    for at_s, kind, number, span_s in sorted(happenings):
        await world.watch(begin_s + at_s - now())
        if kind == "kill":
            world.kill(number)
        elif kind == "cut":
            world.wires[number].cut_until_s = now() + span_s
        elif kind == "slow":
            world.wires[number].delay_s = span_s / 4
        elif kind == "restart":
            world.coordinator.restart(span_s / 4)
        elif kind == "keeper-cut":
            world.keeper_wire.cut_until_s = now() + span_s
        else:
            keepers.pop().cancel()
            keepers.append(world.start_keeper(fresh=False))
    await world.watch(begin_s + SPAN_S - now())
    await world.end(*keepers)
    return world


# A holder that hears nothing while its coordinator starts anew
@example([(12.0, "cut", 0, 24.0), (12.0, "cut", 1, 24.0), (13.0, "restart", 0, 0.5)])
@example([(12.0, "cut", 2, 24.0), (12.0, "cut", 3, 24.0), (13.0, "restart", 0, 0.5)])
@given(events)
@settings(max_examples=8, deadline=None)
def test_nothing_that_happens_gives_a_place_to_two(
    happenings: list[tuple[float, str, int, float]],
) -> None:
    rackworld.run(_live(happenings))


def test_places_change_hands_when_nothing_happens() -> None:
    assert rackworld.run(_live([])).uses >= 7


@given(st.lists(st.tuples(st.floats(1, 80), st.integers(0, 5)), min_size=1, max_size=6))
@settings(max_examples=6, deadline=None)
def test_the_places_of_dead_clients_are_free_within_60_s(deaths: list[tuple[float, int]]) -> None:
    async def live() -> None:
        world = World(FakeCoordinator({"p1": BOARD, "p2": BOARD}))
        keeper = world.start_keeper(fresh=True)
        for number in range(6):
            world.start_client(BOARD, use_s=30 + number)
        begin_s = now()
        for at_s, number in sorted(deaths):
            await world.watch(begin_s + at_s - now(), strict=True)
            world.kill(number)
        await world.watch(62, strict=True)
        await world.end(keeper)

    rackworld.run(live())


def test_a_holder_gets_its_place_back_from_a_coordinator_that_was_restarted() -> None:
    async def live() -> None:
        world = World(FakeCoordinator({"p1": BOARD}))
        keeper = world.start_keeper(fresh=True)
        world.start_client(BOARD, use_s=100)
        await world.watch(3)
        world.start_client(BOARD, use_s=100)
        await world.watch(10)
        world.coordinator.restart(2)
        await world.watch(60)
        assert "/user0+" in (world.coordinator.places["p1"].acquired or "")
        assert [text for text in world.said if "acquired again, nobody had it" in text]
        await world.end(keeper)

    rackworld.run(live())


def test_places_of_people_with_labgrid_client_are_left_alone() -> None:
    async def live() -> None:
        world = World(FakeCoordinator({"p1": BOARD}))
        keeper = world.start_keeper(fresh=True)
        world.coordinator.acquire("host/ann", "p1")
        await world.watch(400)
        assert world.coordinator.places["p1"].acquired == "host/ann"
        await world.end(keeper)

    rackworld.run(live())


def test_a_keeper_that_stood_still_looks_again_before_it_judges() -> None:
    async def live() -> None:
        world = World(FakeCoordinator({"p1": BOARD}))
        keeper = world.start_keeper(fresh=True)
        world.start_client(BOARD, use_s=300)
        await world.watch(10)
        world.keeper_wire.cut_until_s = now() + 120
        await world.watch(200)
        assert not [text for text in world.said if "not heard of" in text]
        await world.end(keeper)

    rackworld.run(live())


def test_spans_that_would_let_two_in_are_refused() -> None:
    with pytest.raises(AssertionError, match="too early"):
        Times(fence_s=50)


def test_a_place_that_is_gone_is_told_to_who_holds_it() -> None:
    async def live() -> None:
        world = World(FakeCoordinator({"p1": BOARD}))
        keeper = world.start_keeper(fresh=True)
        world.start_client(BOARD, use_s=200)
        await world.watch(5)
        holder = next(iter(world.holders.values()))
        world.coordinator.resources.clear()
        world.coordinator.told()
        await world.watch(1)
        assert holder.trouble == "its exporter e is gone"
        await asyncio.sleep(40)
        assert holder.lost == "its lease could not be refreshed in time: its exporter e is gone"
        await world.end(keeper)

    rackworld.run(live())
