# SPDX-License-Identifier: BSD-3-Clause
"""FEL against a model of the A64's boot ROM, byte by byte; our code on it is run."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest
from felmodel import A64, BL33, DRAM, LOADER

from uk_board.disk.writer import Progress
from uk_board.errors import BenchError, UkBoardError, UsageError
from uk_board.facts.boards import board_folders, load_board
from uk_board.flasher import Job, load_method
from uk_board.media import egon, fdt, fit
from uk_board.media.extents import Extents
from uk_board.media.layout import Contents, lay_out
from uk_board.media.medium import open_medium
from uk_board.tree import tree
from uk_board.usb import felboot
from uk_board.usb.felmedium import Load, Parts, parts_of
from uk_board.usb.transport import Id, UsbDevice, Waiting

BOARD = load_board("pine64", board_folders())
FACTS = BOARD.fel
NAME = "sun50i-a64-pine64-plus"
TREE = fdt.build(fdt.Node({"model": b"Pine64 PINE A64+\0"}, {}))
KERNEL = random.Random(1).randbytes(200_000)
MONITOR = random.Random(2).randbytes(40_000)
GIB = 1 << 30


def loader(size: int = 30_000, name: str = NAME) -> bytes:
    """A first loader that says for which board it is, as U-Boot's does."""
    image = bytearray(egon.build(random.Random(3).randbytes(size)))
    image[0x20:0x24] = (0x2C).to_bytes(4, "little")
    image[0x2C : 0x2C + len(name)] = name.encode()
    image[12:16] = egon.checksum(bytes(image), len(image)).to_bytes(4, "little")
    return bytes(image)


def package(name: str = NAME, uboot: bytes = b"U-Boot") -> bytes:
    parts = (
        fit.Part("uboot", "standalone", "U-Boot", uboot, BL33, None, "arm64"),
        fit.Part("atf", "firmware", "TF-A", MONITOR, 0x44000, 0x44000, "arm64"),
        fit.Part("scp", "firmware", "SCP", b"or1k" * 3000, 0x50000, None, "or1k"),
        fit.Part("fdt-1", "flat_dt", name, TREE),
    )
    chosen = fit.Configuration("config-1", name, ("atf", "scp", "uboot", "fdt-1"))
    return fit.build(fit.Fit("all", parts, (chosen,), "config-1"))


def medium(
    folder: Path,
    *,
    first: bytes = b"",
    second: bytes = b"",
    files: dict[str, bytes] | None = None,
) -> Path:
    raw = {egon.CARD_OFFSET: (first or loader()) + (second or package())}
    content = {"kernel8.img": KERNEL, f"allwinner/{NAME}.dtb": TREE} if files is None else files
    made: Extents = lay_out(Contents(content, raw), 64 << 20)
    made.write(folder / "sd.img")
    return folder / "sd.img"


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    with open_medium(medium(tmp_path)) as opened:
        return parts_of(opened, BOARD)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def waiting(self, timeout_s: float = 30.0) -> Waiting:
        return Waiting(timeout_s, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def boot(board: object, parts: Parts, **options: object) -> felboot.Booted:
    return felboot.boot(board, FACTS, parts, GIB, waiting=Clock().waiting(), **options)


def test_a_board_in_fel_starts_the_image_with_its_device_tree(parts: Parts) -> None:
    board = A64()
    phases: list[Progress] = []
    done = boot(board, parts, on_progress=phases.append)
    assert board.loader_ran == 1
    assert board.reset_at == 0x44000
    assert board.memory.read(0x44000, len(MONITOR)) == MONITOR
    assert board.tree == TREE
    entry, x = board.started
    assert entry == BOARD.load_address
    assert board.memory.read(entry, len(KERNEL)) == KERNEL
    assert board.memory.read(x[0], len(TREE)) == TREE
    assert x[1:4] == [0, 0, 0]
    assert board.opened == 0
    assert done.sent_bytes == sum(len(load.data) for load in parts.loads) == phases[-1].total
    assert done.dram_bytes == GIB
    assert {phase.phase for phase in phases if phase.done == phase.total} == {"write", "verify"}


@pytest.mark.parametrize("size", [200, 7_000, 7_100, 15_000, 20_000, 24_000, 28_000, 32_000])
def test_a_loader_of_any_size_runs_whole_and_the_boot_rom_lives(size: int, parts: Parts) -> None:
    board = A64()
    boot(board, replace(parts, loader=loader(size)))
    assert board.started


def test_a_chip_that_checks_signatures_is_made_secure_first(parts: Parts) -> None:
    board = A64(fused=True)
    boot(board, parts)
    assert board.started


def test_a_chip_that_stays_non_secure_is_left_alone(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = A64(fused=True)
    monkeypatch.setattr(board, "_monitor", lambda: None)
    with pytest.raises(BenchError, match="does not let us into its secure part: 0x40004 reads"):
        boot(board, parts)
    assert not board.loader_ran


def test_a_loader_that_does_not_say_how_much_dram_there_is_will_do(parts: Parts) -> None:
    assert boot(A64(says_dram=False), parts).dram_bytes == 0


REFUSED: list[tuple[dict[str, object], str, str]] = [
    ({"chip": 0x1680}, r"is chip 0x1680; the board has chip 0x1689", felboot.FRESH),
    ({"mode": 2}, r"is not in FEL, it runs the vendor's boot loader \(FES\)", felboot.FRESH),
    ({"mode": 77}, r"is not in FEL, it runs mode 77", felboot.FRESH),
    ({"sctlr": 1 << 12 | 1}, "has the MMU, the instruction cache on", felboot.FRESH),
    ({"hangs": True}, "does not answer: Operation timed out", felboot.LOADER),
    ({"dram_mib": 512}, "has 512 MiB of DRAM; the board's file says 1024 MiB", felboot.LOADER),
    ({"dram_mib": 0}, "has 0 MiB of DRAM", felboot.LOADER),
]


@pytest.mark.parametrize(("said", "problem", "state"), REFUSED)
def test_another_board_is_refused_and_its_state_is_told(
    said: dict[str, object], problem: str, state: str, parts: Parts
) -> None:
    board = A64(**said)
    with pytest.raises(BenchError, match=problem) as error:
        boot(board, parts)
    assert error.value.problem.endswith(state)
    assert error.value.hint
    assert board.opened == 0
    assert board.started is None


def state_of(board: A64, parts: Parts) -> str:
    """Return what a failed start says that the board is now, "gone" when it started."""
    try:
        boot(board, parts)
    except BenchError as error:
        problem, _, state = error.problem.partition("; ")
        return state if problem == "does not answer: No such device" else problem
    return "gone" if board.started else "lost"


def test_every_place_where_the_cable_can_be_pulled_tells_the_state(parts: Parts) -> None:
    parts = replace(parts, loader=loader(200))
    board = A64()
    boot(board, parts)
    whole = board.transfers
    # Behind its first loader, which takes long to run here, some will do.
    first = [at for at in range(whole) if at < board.loader_at + 4]
    states = []
    for at in [*first, *range(len(first), whole, 9), *range(whole - 5, whole)]:
        pulled = A64()
        pulled.unplugged_at = at
        states.append(state_of(pulled, parts))
        assert pulled.opened == 0
    order = [felboot.FRESH, felboot.UNSTARTED, felboot.LOADER, felboot.LOADED, felboot.STARTED]
    assert list(dict.fromkeys(states)) == [*order, "gone"]


@pytest.mark.parametrize(
    ("place", "what", "state"),
    [
        (LOADER + 5000, "loader", felboot.UNSTARTED),
        (0x31400 + 3, "loader", felboot.UNSTARTED),
        (0x31200, "thunk", felboot.UNSTARTED),
        (0x44000, "atf", felboot.LOADED),
        (0x50000 + 9, "scp", felboot.LOADED),
        (BL33 + 2, "start", felboot.LOADED),
        (0x40080000 + 150_001, "kernel8.img", felboot.LOADED),
    ],
)
def test_what_reads_back_differently_is_not_started(
    place: int, what: str, state: str, parts: Parts
) -> None:
    board = A64()
    board.spoilt = {place: 0x10}
    with pytest.raises(BenchError, match=rf"{what}: does not keep what was sent: 1 bytes") as error:
        boot(board, parts)
    assert f"the first at 0x{place:x}" in error.value.problem
    assert error.value.problem.endswith(state)
    assert board.started is None


def test_dram_that_is_there_twice_is_found(parts: Parts) -> None:
    """What is written high up lands on the image when an address line is missing."""
    board = A64()
    write = board._write

    def alias(address: int, data: bytes) -> None:
        write(address & ~0x0A000000 | 0x80000 if address == BL33 else address, data)

    board._write = alias
    with pytest.raises(BenchError, match="does not keep what was sent"):
        boot(board, parts)


def test_a_board_that_is_not_reset_is_still_in_fel(parts: Parts) -> None:
    board = A64()
    board.deaf_resets = True
    with pytest.raises(BenchError, match="is still in FEL; the reset into AArch64 did nothing"):
        boot(board, parts)


class Bus:
    """Several boards."""

    def __init__(self, *boards: A64, uboots: int = 0) -> None:
        self.boards, self.uboots = boards, [A64(path="2-1") for _ in range(uboots)]

    def find(self, ids: Collection[Id]) -> list[UsbDevice]:
        if (0x1F3A, 0x1010) in ids:
            for each in self.uboots:
                each.opened, each.title = 1, "1f3a:1010 at USB 2-1"
            return [*self.uboots]
        return [found for board in self.boards for found in board.find(ids)]


def test_of_several_boards_one_is_chosen_by_its_place(parts: Parts) -> None:
    left, right = A64(path="1-1.1"), A64(path="1-1.2")
    with pytest.raises(BenchError, match=r"2 devices wait: .*1-1.1, .*1-1.2; one is") as error:
        boot(Bus(left, right), parts)
    assert error.value.hint.startswith("--usb-path")
    boot(Bus(left, right), parts, path="1-1.2")
    assert right.started
    assert not left.transfers
    assert (left.opened, right.opened) == (0, 0)
    with pytest.raises(BenchError, match=r"no USB device 1f3a:efe8 at 3-1 came .*; there are: "):
        boot(Bus(left), parts, path="3-1")


def test_no_board_says_how_one_comes_into_fel(parts: Parts) -> None:
    with pytest.raises(BenchError, match="came within 30 s; the board is off, or") as error:
        boot(Bus(), parts)
    assert "without a bootable card" in error.value.hint


def test_a_board_that_has_booted_u_boot_is_told(parts: Parts) -> None:
    bus = Bus(uboots=1)
    with pytest.raises(BenchError, match="but U-Boot's 1f3a:1010 at USB 2-1: it has booted"):
        boot(bus, parts)
    assert bus.uboots[0].opened == 0


def cut(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


BAD_MEDIA: list[tuple[dict[str, object], str]] = [
    ({"first": cut(loader(), 999)}, r"at 0x2000: is corrupt: its checksum is"),
    ({"first": b"\0" * 512}, r"is no boot loader for Allwinner"),
    ({"first": egon.build(b"x" * 900)}, "does not say for which board it is"),
    ({"first": loader(name="sun50i-h5-neo")}, "has the first loader of sun50i-h5-neo; pine64 is"),
    ({"second": package("sun50i-a64-other")}, f"are not for {NAME}, .*; for: sun50i-a64-other"),
    ({"second": cut(package(), 4000)}, "is corrupt|no device tree|cut off"),
    ({"files": {f"{NAME}.dtb": TREE}}, "has no kernel8.img"),
    ({"files": {"kernel8.img": KERNEL}}, f"has no {NAME}.dtb, the tree of its first loader's"),
    ({"files": {"kernel8.img": KERNEL, f"{NAME}.dtb": bytes(62_000)}}, "62,000 bytes; 61,440 fit"),
]


@pytest.mark.parametrize(("said", "problem"), BAD_MEDIA)
def test_a_medium_that_cannot_be_started_says_why(
    said: dict[str, object], problem: str, tmp_path: Path
) -> None:
    with (
        open_medium(medium(tmp_path, **said)) as opened,
        pytest.raises(UkBoardError, match=problem),
    ):
        parts_of(opened, BOARD)


def test_an_image_that_reaches_into_another_part_is_refused_before_anything_is_sent(
    tmp_path: Path,
) -> None:
    near = replace(BOARD, load_address=BL33 - 1000)
    with (
        open_medium(medium(tmp_path)) as opened,
        pytest.raises(UkBoardError, match=r"kernel8.img: has 200,000 bytes at .* into start at"),
    ):
        parts_of(opened, near)
    far = replace(BOARD, load_address=DRAM + GIB - 1000)
    with (
        open_medium(tmp_path / "sd.img") as opened,
        pytest.raises(UkBoardError, match="behind RAM: it ends at 0x80000000"),
    ):
        parts_of(opened, far)


def test_the_method_starts_what_the_medium_holds(tmp_path: Path) -> None:
    method, board = load_method("fel", tree()), A64()
    image = medium(tmp_path)
    options = {"usb_bus": board, "waiting": Clock().waiting(), "usb_path": board.path}
    job = Job(BOARD, image, lambda: image, options)
    plan = method.plan(job)
    assert plan.steps[0] == "wait for the USB device 1f3a:efe8 at USB 1-1.4, chip 0x1689"
    done = method.run(job, plan)
    assert board.started[0] == BOARD.load_address
    assert "1024 MiB of DRAM, started over USB" in done
    other = load_board("rpi3", board_folders())
    with pytest.raises(UsageError, match="of which no FEL is known"):
        method.plan(Job(other, image, lambda: image))


def test_pieces_of_a_loader_are_all_of_it() -> None:
    image = loader(32_000)
    pieces = list(felboot.placed(image, FACTS))
    assert b"".join(piece.data for piece in pieces) == image
    assert [hex(piece.address) for piece in pieces] == [
        "0x10000",
        "0x31400",
        "0x12000",
        "0x31800",
        "0x17000",
        "0x32c00",
    ]
    assert isinstance(pieces[0], Load)
