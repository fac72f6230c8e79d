# SPDX-License-Identifier: BSD-3-Clause
"""A card that a mux lends: it is here for as long as it is needed, and goes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sdmuxes import Bench, fetched, here, sdwire

from uk_board.desk.benchcard import CardToCome, card_in, switching
from uk_board.desk.benchfile import Place, Reader, SdMux
from uk_board.desk.sdmux import Hands
from uk_board.errors import BenchError, MissingError
from uk_board.facts.boards import board_folders, load_board
from uk_board.flasher import Job, load_method
from uk_board.tree import tree


def test_a_card_is_here_for_as_long_as_it_is_needed(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    with here(bench, place, hands) as node:
        assert (node, chip.pins) == (tmp_path / "dev/sdq", 1)
    assert chip.pins == 0


def test_a_card_that_could_not_be_written_goes_back_and_the_error_says_so(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    with pytest.raises(BenchError) as error, here(bench, place, hands):
        raise BenchError("/dev/sdq", "holds a part of the image and does not boot")
    assert error.value.problem.endswith("does not boot; the card is with right again")
    assert chip.pins == 0


def test_a_card_that_cannot_go_back_after_an_error_is_said_to_be_here(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    (tmp_path / "proc/self").mkdir(parents=True)
    mount = "22 27 8:16 / /media/card rw - vfat /dev/sdq rw\n"
    (tmp_path / "proc/self/mountinfo").write_text(mount)
    told = pytest.raises(BenchError, match=r"worn out; the card is still with this machine, right")
    with told as error, here(bench, place, hands):
        raise BenchError("/dev/sdq", "is worn out", hint="another card")
    assert "(/dev/sdq: is mounted: sdq at /media/card); the next flash" in error.value.problem
    assert error.value.hint == "another card"
    assert chip.pins == 1


def test_a_written_card_that_cannot_go_back_is_said_to_be_written(tmp_path: Path) -> None:
    bench, _, place, hands = sdwire(tmp_path)
    told = pytest.raises(BenchError, match="is still here; the card is written, and still with")
    with told, here(bench, place, hands):
        bench.stuck = True


def test_a_card_that_never_came_out_goes_back(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    bench.empty = True
    told = pytest.raises(MissingError, match=r"no card comes out .*; the card is with right again")
    with told, here(bench, place, hands):
        pass
    assert chip.pins == 0


def test_who_interrupts_is_told_where_the_card_is(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    told: list[str] = []
    with pytest.raises(KeyboardInterrupt), here(bench, place, hands, tell=told.append):
        raise KeyboardInterrupt
    assert (told, chip.pins) == (["the card is with right again"], 0)


def test_a_mux_by_commands_that_fails_says_where_the_card_is(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    reader = bench.usb.device("1-3", "05e3:0749")
    bench.usb.card(reader, "sdq")
    mux = SdMux(to_host="mux host", to_board="mux board")
    place = Place("a", sd_mux=mux, reader=Reader(path="1-3"))
    ran: list[str] = []

    def do(command: str) -> None:
        ran.append(command)
        if len(ran) == 2:
            raise BenchError(command, "ended with status 1")

    told = pytest.raises(BenchError, match=r"worn out; the card is still .* \(mux board: ended")
    with told, here(bench, place, Hands(), do=do):
        raise BenchError("/dev/sdq", "is worn out")
    assert ran == ["mux host", "mux board"]


def test_a_reader_alone_gives_nothing_back(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.usb.card(bench.usb.device("1-3", "05e3:0749"), "sdq")
    place = Place("a", reader=Reader(path="1-3"))
    with pytest.raises(BenchError) as error, here(bench, place, Hands()):
        raise BenchError("/dev/sdq", "is worn out")
    assert error.value.problem == "is worn out"


@pytest.mark.parametrize("host", [False, True])
def test_a_dry_run_shows_the_steps_while_the_card_is_with_the_board(
    tmp_path: Path, host: bool
) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    machine = bench.usb.machine
    if host:
        fetched(bench, place, hands)
        assert card_in(place, machine, hands) == tmp_path / "dev/sdq"
    else:
        assert card_in(place, machine, hands) == CardToCome("right")
    before, after = switching(place, machine, hands)
    assert before == "switch SDWire serial sd-wire_12 at USB 1-3.2 to this machine"
    assert after == "switch SDWire serial sd-wire_12 at USB 1-3.2 to the board"
    assert chip.pins == int(host), "nothing was switched"


def test_a_mux_that_has_no_card_for_us_is_told_in_a_dry_run_too(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    chip.pins = 1
    with pytest.raises(MissingError, match="no card comes out of its SDWire"):
        card_in(place, bench.usb.machine, hands)


def test_the_plan_of_a_card_that_nobody_has_seen_says_what_is_not_known() -> None:
    method = load_method("sdcard", tree())
    board = load_board("rpi4", board_folders())
    job = Job(board, Path("image"), Path, {"device": CardToCome("right"), "delta": True})
    plan = method.plan(job)
    assert plan.steps[0] == "look at the card of right, and refuse what may be somebody's disk"
    assert plan.steps[2] == "write to the card of right: what differs"
    assert "what it is, is known when the mux is switched" in plan.warning[0]
    with pytest.raises(MissingError, match="the card of right: is not here; its mux must be"):
        method.run(job, plan)
