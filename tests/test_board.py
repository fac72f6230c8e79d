# SPDX-License-Identifier: BSD-3-Clause
"""Boards: those there are, and every way in which one can be wrong."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uk_board.errors import DescriptorError, UsageError
from uk_board.facts.board import Board, Device, Emulator, Region
from uk_board.facts.board_checks import INTERRUPTS
from uk_board.facts.boards import board_folders, board_names, load_board

BAD = Path(__file__).parent / "bad" / "boards"
FOLDERS = board_folders()
BOARDS = board_names(FOLDERS)


@pytest.fixture(params=BOARDS)
def board(request: pytest.FixtureRequest) -> Board:
    return load_board(request.param, FOLDERS)


def test_the_boards_of_the_project_are_there() -> None:
    assert {"pine64", "qemu-virt", "rpi3", "rpi4"} <= set(BOARDS)


@pytest.mark.parametrize("file", sorted(BAD.glob("*.toml")), ids=lambda file: file.stem)
def test_a_wrong_board_says_what_its_first_line_says(file: Path) -> None:
    expected = file.read_bytes().splitlines()[0].decode().removeprefix("# ")
    with pytest.raises(DescriptorError) as caught:
        load_board(file.stem, [BAD])
    assert str(caught.value).removeprefix(f"{BAD}/") == expected
    assert caught.value.exit_status == 1


def test_the_wrong_boards_are_spoiled_by_one_fact_each(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text('soc = "made-up"\n')
    board = load_board("good", [tmp_path, BAD])
    assert board.devices["uart0"].regions["base"] == Region(0x20010000, 0x1000)


def test_unknown_board_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r'no board "rpi5"; known: rpi4, rpi3, .*qemu-virt'):
        load_board("rpi5", FOLDERS)


@pytest.mark.parametrize("name", ["../boards/rpi4", "soc/bcm2711", "", ".", "/"])
def test_a_board_is_named_not_pointed_to(name: str) -> None:
    with pytest.raises(UsageError, match="no board"):
        load_board(name, FOLDERS)


def test_a_board_of_a_further_folder_builds_on_a_soc_of_ours(tmp_path: Path) -> None:
    ours = (FOLDERS[0] / "rpi4.toml").read_text()
    (tmp_path / "mine.toml").write_text(ours + "\n[devices.uart0]\nclock_hz = 3_000_000\n")
    board = load_board("mine", [tmp_path, *FOLDERS])
    uart, usual = board.devices["uart0"], load_board("rpi4", FOLDERS).devices["uart0"]
    assert (uart.clock_hz, uart.regions) == (3_000_000, usual.regions)
    assert board.path == tmp_path / "mine.toml"


def test_the_first_folder_wins(tmp_path: Path) -> None:
    (tmp_path / "rpi4.toml").write_text('soc = "made-up"\n')
    assert load_board("rpi4", [tmp_path, BAD, *FOLDERS]).title == "Made up"


def test_marked_devices_share_an_interrupt(tmp_path: Path) -> None:
    uarts = "".join(
        f"[devices.uart{n}]\ninterrupt = 40\ninterrupt_shared = true\n" for n in range(2)
    )
    (tmp_path / "good.toml").write_text(f'soc = "made-up"\n{uarts}')
    devices = load_board("good", [tmp_path, BAD]).devices
    assert devices["uart0"].interrupt == devices["uart1"].interrupt == 40


def test_a_hardware_run_has_its_date(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(
        'soc = "made-up"\nverified = { boot = "hardware 2031-02-03" }\n'
    )
    assert load_board("good", [tmp_path, BAD]).verified["boot"] == "hardware 2031-02-03"


def test_roles_have_their_devices(board: Board) -> None:
    assert board.devices[board.console].regions
    assert board.devices[board.interrupt_controller].compatible in INTERRUPTS
    assert board.power in board.devices


def test_every_device_can_be_looked_up_in_a_device_tree(board: Board) -> None:
    assert board.device_trees or board.emulator
    # What is in a slot of another device is not in the tree.
    assert all(device.node or device.part_of for device in board.devices.values())


def test_nothing_claims_hardware_and_only_emulated_boards_claim_qemu(board: Board) -> None:
    words = set(board.verified.values())
    assert words
    assert words <= ({"qemu", "model"} if board.emulator else {"model", "datasheet"})


def _lines_without_source(file: Path) -> list[str]:
    """Return lines that hold a number although no comment is above them, or above their table."""
    found, commented = [], False
    for line in file.read_text().splitlines():
        if line.startswith("#"):
            commented = True
        elif not line.strip():
            commented = False
        elif re.search(r"= .*\d", re.sub(r'".*?"', "", line)) and not commented:
            found.append(line)
        elif not line.startswith("["):
            # One comment serves a region, which has two lines, and a chosen processor.
            commented = commented and line.startswith(("base", "cpu"))
    return found


@pytest.mark.parametrize(
    "file",
    [*FOLDERS[0].glob("*.toml"), *FOLDERS[0].glob("soc/*.toml")],
    ids=lambda file: file.stem,
)
def test_every_number_has_its_source_above(file: Path) -> None:
    assert _lines_without_source(file) == []


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None
)
@given(data=st.data())
def test_a_damaged_board_is_still_good_or_an_error_of_ours(
    tmp_path: Path, data: st.DataObject
) -> None:
    good = (BAD / "soc" / "made-up.toml").read_bytes()
    place = data.draw(st.integers(0, len(good)))
    length = data.draw(st.integers(0, 20))
    content = good[:place] + data.draw(st.binary(max_size=12)) + good[place + length :]
    (tmp_path / "soc").mkdir(exist_ok=True)
    (tmp_path / "soc" / "damaged.toml").write_bytes(content)
    (tmp_path / "mine.toml").write_text('soc = "damaged"\n')
    try:
        board = load_board("mine", [tmp_path])
    except DescriptorError as error:
        complaint = str(error)
    else:
        complaint = f"{tmp_path}: none" if board.ram else "none, and there is no RAM"
    assert complaint.startswith(str(tmp_path))


def test_the_example_of_the_documentation_is_a_board(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "adding-a-board.md").read_text()
    example = page.partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "bananapi-m64.toml").write_text(example)
    board = load_board("bananapi-m64", [tmp_path, *FOLDERS])
    assert board.ram == (Region(0x40000000, 0x80000000),)
    assert _lines_without_source(tmp_path / "bananapi-m64.toml") == []


def test_the_documentation_names_every_key_of_a_board() -> None:
    page = (Path(__file__).parent.parent / "docs" / "adding-a-board.md").read_text()
    schemas = (Board, Device, Emulator)
    keys = [field.name for schema in schemas for field in fields(schema)]
    assert [key for key in keys if not re.search(rf"`[^`]*\b{key}\b[^`]*`", page)] == []
