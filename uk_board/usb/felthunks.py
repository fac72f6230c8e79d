# SPDX-License-Identifier: BSD-3-Clause
"""Code of ours for a chip in FEL: around the first loader, and from AArch32 into AArch64."""

from __future__ import annotations

import struct

from uk_board.usb.felcode import (
    IRQ_FIQ_MASKED,
    LR,
    PRESERVED,
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    Line,
    adr,
    assemble,
    b,
    bl,
    blx,
    bne,
    bx,
    bxeq,
    cmp,
    dsb,
    isb,
    ldm,
    ldr,
    ldr_literal,
    ldr_next,
    mcr_p15,
    mrc_p15,
    mrs_cpsr,
    msr_cpsr_c,
    orr,
    smc,
    stm,
    str_,
    str_next,
    subs,
    wfi,
    word,
)
from uk_board.usb.felfacts import FelFacts

# U-Boot, arch/arm/mach-sunxi/board.c: with any other mark than eGON.BT0 in its head, the first
# loader returns to FEL. This is the second half of eGON.FEL.
FEL_MARK = int.from_bytes(b".FEL", "little")
MARK_OFFSET = 8
# Arm DDI 0487, G8.2, RMR: RR asks for a warm reset, AA64 for AArch64 behind it.
_RMR_RR_AA64 = 0b11
# The system control register, as MRC and MCR name it: c1, c0, 0.
_SCTLR_CRN = 1
# The reset management register: c12, c0, 2.
_RMR_CRN, _RMR_OPC2 = 12, 2


def around_loader(facts: FelFacts) -> bytes:
    """Return what runs the first loader and brings the boot ROM's SRAM back afterwards.

    The loader lies in SRAM as it will run, but for what is over the boot ROM's own data: that
    lies at their copies. Both are exchanged before it runs, and again when it has returned.
    Interrupts are masked meanwhile: their stack is exchanged too. Nothing is kept in registers,
    which a loader for AArch64 loses on its way back by reset; it restores SP, CPSR and LR alone.
    """
    lines: list[Line] = [
        adr(R0, "saved"),
        mrs_cpsr(R1),
        str_next(R1, R0),
        stm(R0, PRESERVED),
        orr(R1, R1, IRQ_FIQ_MASKED),
        msr_cpsr_c(R1),
        bl("exchange"),
        ldr_literal(R0, "loader"),
        ldr_literal(R1, "mark"),
        str_(R1, R0, MARK_OFFSET),
        dsb(),
        isb(),
        blx(R0),
        bl("exchange"),
        adr(R0, "saved"),
        ldr_next(R1, R0),
        ldm(R0, PRESERVED),
        dsb(),
        isb(),
        msr_cpsr_c(R1),
        bx(LR),
        # Exchanges all places of the table, a word at a time.
        "exchange",
        adr(R0, "table"),
        "place",
        ldr_next(R1, R0),
        ldr_next(R2, R0),
        ldr_next(R3, R0),
        cmp(R3, 0),
        bxeq(LR),
        "word",
        ldr(R4, R1),
        ldr(R5, R2),
        str_next(R5, R1),
        str_next(R4, R2),
        subs(R3, R3, 4),
        bne("word"),
        b("place"),
        "loader",
        word(facts.loader),
        "mark",
        word(FEL_MARK),
        "saved",
    ]
    lines += [word(0) for _ in (0, *PRESERVED)]
    lines.append("table")
    for kept in facts.kept:
        lines += [word(kept.base), word(kept.copy), word(kept.size)]
    code = assemble([*lines, word(0), word(0), word(0)])
    assert len(code) <= facts.thunk_size, "the chip's file says how much room there is"
    return code


def read_control() -> tuple[bytes, int]:
    """Return what reads SCTLR, and the offset in it where the value is then."""
    lines: list[Line] = [mrc_p15(R0, _SCTLR_CRN), adr(R1, "value"), str_(R0, R1), dsb(), bx(LR)]
    code = assemble([*lines, "value", word(0)])
    return code, len(code) - 4


def become_secure() -> bytes:
    """Return what asks the boot ROM's monitor for the secure state.

    Source: sunxi-tools, soc_info.h: a chip whose secure-boot fuse is burned is in FEL
    non-secure, and its monitor answers any SMC by leaving that.
    """
    return assemble([smc(), bx(LR)])


def into_aarch64(facts: FelFacts, entry: int) -> bytes:
    """Return what resets core 0 into AArch64 at `entry`; it never returns."""
    return assemble(
        [
            ldr_literal(R0, "vector"),
            ldr_literal(R1, "entry"),
            str_(R1, R0),
            dsb(),
            isb(),
            mrc_p15(R0, _RMR_CRN, opc2=_RMR_OPC2),
            orr(R0, R0, _RMR_RR_AA64),
            mcr_p15(R0, _RMR_CRN, opc2=_RMR_OPC2),
            isb(),
            "asleep",
            wfi(),
            b("asleep"),
            "vector",
            word(facts.reset_vector),
            "entry",
            word(entry),
        ]
    )


# Where the device tree lies behind the start, for the image and for Trusted Firmware.
TREE_OFFSET = 0x1000


def start_of_image(base: int, entry: int, tree: bytes) -> bytes:
    """Return what Trusted Firmware enters at `base` in place of U-Boot: it starts the image.

    A64 code (encodings: Arm DDI 0487, C6.2), then two numbers by which Trusted Firmware finds
    U-Boot's device tree
    (TF-A, plat/allwinner/common/sunxi_bl31_setup.c: the address U-Boot is linked for, then its
    size), which is `tree`; it takes voltages of the power controller from it. The image gets the
    tree in X0 and 0 in X1 to X3 (Linux, Documentation/arch/arm64/booting.rst).
    """
    code = [
        # LDR X0, +0x28 (literal): the tree's address
        0x58000000 | 0x28 // 4 << 5 | 0,
        # MOV X1, XZR, and X2, X3
        *(0xAA1F03E0 | register for register in (1, 2, 3)),
        # LDR X16, +0x20: the image's entry
        0x58000000 | 0x20 // 4 << 5 | 16,
        # BR X16
        0xD61F0000 | 16 << 5,
    ]
    numbers = (base, TREE_OFFSET, base + TREE_OFFSET, entry)
    head = struct.pack("<6I", *code) + struct.pack("<4Q", *numbers)
    return head.ljust(TREE_OFFSET, b"\0") + tree
