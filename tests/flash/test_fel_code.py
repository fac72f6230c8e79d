# SPDX-License-Identifier: BSD-3-Clause
"""The code that runs on a board in FEL, on QEMU's cores: another reader of the Arm manual."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from uk_board.facts.boards import board_folders, load_board
from uk_board.media import egon
from uk_board.usb.felboot import placed
from uk_board.usb.felcode import (
    LR,
    PRESERVED,
    R0,
    R1,
    R2,
    R3,
    R5,
    SP,
    Line,
    assemble,
    b,
    blx,
    bx,
    ldm,
    ldr,
    ldr_literal,
    mrs_cpsr,
    stm,
    str_,
    str_next,
    wfi,
    word,
)
from uk_board.usb.felfacts import Kept
from uk_board.usb.felthunks import around_loader, read_control, start_of_image

# QEMU has its device tree at the start of RAM
RAM = 0x40200000
SIZE = 0x40000
DONE, RESULT = RAM + 0x38000, RAM + 0x38100
FINISHED = 0x600DF00D
A64 = load_board("pine64", board_folders()).fel
# The same layout, in the RAM of QEMU's board
FACTS = replace(
    A64,
    loader=RAM + A64.loader,
    sram_end=RAM + A64.sram_end,
    scratch=RAM + A64.scratch,
    thunk=RAM + A64.thunk,
    kept=tuple(Kept(RAM + one.base, RAM + one.copy, one.size) for one in A64.kept),
)

pytestmark = pytest.mark.skipif(
    not shutil.which("qemu-system-aarch64"), reason="qemu-system-aarch64 is not here"
)


def run(cpu: str, memory: bytes, folder: Path, start: int = RAM) -> bytes:
    """Run what is in memory until it says that it is done; return memory as it is then."""
    before, after = folder / "before", folder / "after"
    before.write_bytes(memory)
    command = ["qemu-system-aarch64", "-M", "virt", "-cpu", cpu, "-m", "256M", "-display", "none"]
    command += ["-serial", "none", "-nic", "none", "-monitor", "stdio"]
    command += ["-device", f"loader,file={before},addr=0x{start:x},cpu-num=0,force-raw=on"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as machine:
        assert machine.stdin is not None
        try:
            for _ in range(300):
                machine.stdin.write(f'pmemsave 0x{RAM:x} 0x{SIZE:x} "{after}"\n')
                machine.stdin.flush()
                time.sleep(0.2)
                found = after.read_bytes() if after.exists() else b""
                if len(found) == SIZE and word_of(found, DONE) == FINISHED:
                    return found
        finally:
            machine.kill()
    raise AssertionError("it never was done")


def word_of(memory: bytes, address: int) -> int:
    value: int = struct.unpack_from("<I", memory, address - RAM)[0]
    return value


def put(memory: bytearray, address: int, data: bytes) -> None:
    memory[address - RAM : address - RAM + len(data)] = data


def first_loader() -> bytes:
    """One that notes what it sees where the boot ROM's data was, and spoils all it may."""
    lines: list[Line] = [ldr_literal(R0, "result")]
    for number in range(len(FACTS.kept)):
        lines += [ldr_literal(R1, f"kept{number}"), ldr(R2, R1), str_next(R2, R0)]
        lines += [ldr_literal(R3, "junk"), str_(R3, R1)]
    lines += [mrs_cpsr(R2), str_next(R2, R0)]
    lines += [ldr_literal(register, "junk") for register in range(13)]
    lines += [bx(LR), "result", word(RESULT), "junk", word(0xDEADDEAD)]
    for number, kept in enumerate(FACTS.kept):
        lines += [f"kept{number}", word(kept.base)]
    code = assemble(lines)
    return egon.build(code + random.Random(1).randbytes(32_000 - len(code)))


def boot_rom() -> bytes:
    """It calls the thunk with known registers, and notes what it gets back."""
    lines: list[Line] = [ldr_literal(SP, "stack")]
    lines += [ldr_literal(R0, "registers"), ldm(R0, PRESERVED[:-1])]
    lines += [ldr_literal(R0, "result"), mrs_cpsr(R1), str_(R1, R0, 64)]
    lines += [ldr_literal(R0, "thunk"), blx(R0), ldr_literal(R0, "result")]
    lines += [mrs_cpsr(R1), str_(R1, R0, 68), str_(SP, R0, 72)]
    lines += [ldr_literal(R0, "got"), stm(R0, PRESERVED[:-1])]
    lines += [ldr_literal(R0, "done"), ldr_literal(R5, "finished"), str_(R5, R0)]
    lines += ["end", wfi(), b("end"), "stack", word(RAM + 0x16F00), "result", word(RESULT)]
    lines += ["thunk", word(FACTS.thunk), "got", word(RESULT + 80), "done", word(DONE)]
    lines += ["finished", word(FINISHED), "registers", word(RAM + 0x1000)]
    return assemble(lines)


def test_the_thunk_exchanges_memory_and_keeps_what_the_boot_rom_needs(tmp_path: Path) -> None:
    memory = bytearray(random.Random(2).randbytes(SIZE))
    own = {kept: bytes(memory[kept.base - RAM : kept.end - RAM]) for kept in FACTS.kept}
    registers = struct.pack("<8I", *(0x1111 * number for number in range(1, 9)))
    loader = first_loader()
    put(memory, RAM, boot_rom())
    put(memory, RAM + 0x1000, registers)
    for piece in placed(loader, FACTS):
        put(memory, piece.address, piece.data)
    put(memory, FACTS.thunk, around_loader(FACTS))
    after = run("cortex-a15", bytes(memory), tmp_path)
    # The loader ran as a whole, its interrupts masked, and was marked as one that FEL sent.
    for number, kept in enumerate(FACTS.kept):
        at = kept.base - FACTS.loader
        assert after[RESULT - RAM + 4 * number :][:4] == loader[at : at + 4]
    assert word_of(after, RESULT + 12) & 0xC0 == 0xC0
    assert after[FACTS.loader - RAM + 4 :][:8] == b"eGON.FEL"
    # The boot ROM has everything back: its memory, its registers, its stack, its state.
    for kept, data in own.items():
        assert after[kept.base - RAM : kept.end - RAM] == data
        assert word_of(after, kept.copy) == 0xDEADDEAD
    assert after[RESULT - RAM + 80 :][:32] == registers
    assert word_of(after, RESULT + 72) == RAM + 0x16F00
    assert word_of(after, RESULT + 64) & 0xFF == word_of(after, RESULT + 68) & 0xFF


def test_the_control_register_is_read(tmp_path: Path) -> None:
    code, offset = read_control()
    memory = bytearray(SIZE)
    put(memory, RAM, boot_rom())
    put(memory, FACTS.thunk, code)
    after = run("cortex-a15", bytes(memory), tmp_path)
    # Arm DDI 0438 (Cortex-A15), SCTLR: its value after reset
    assert word_of(after, FACTS.thunk + offset) == 0x00C50078


def test_the_image_is_entered_with_its_device_tree(tmp_path: Path) -> None:
    """A64: the start's place, then an image that notes X0 to X3."""
    base, entry = RAM, RAM + 0x20000
    image = struct.pack(
        "<8I2Q",
        0x58000105,  # LDR X5, +0x20: where to note
        0xA90004A0,  # STP X0, X1, [X5]
        0xA9010CA2,  # STP X2, X3, [X5, #16]
        0x580000E6,  # LDR X6, +0x1c: what says that it is done
        0xF81000A6,  # STUR X6, [X5, #-0x100]
        0xD503207F,  # WFI
        0x17FFFFFF,  # B .-4
        0xD503201F,  # NOP
        RESULT,
        FINISHED,
    )
    memory = bytearray(SIZE)
    put(memory, base, start_of_image(base, entry, b"TREE"))
    put(memory, entry, image)
    after = run("cortex-a53", bytes(memory), tmp_path)
    x0, *others = struct.unpack_from("<4Q", after, RESULT - RAM)
    assert after[x0 - RAM :][:4] == b"TREE"
    assert others == [0, 0, 0]
