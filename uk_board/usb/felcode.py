# SPDX-License-Identifier: BSD-3-Clause
"""The few instructions that we run on a chip in FEL: written here by name, encoded by the manual.

Source of every encoding: Arm DDI 0487 (Arm Architecture Reference Manual for A-profile), F5.1,
under the instruction's name, encoding A1. The condition is AL where the name says none.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence

Labels = Mapping[str, int]
# An instruction knows where it is and where the labels are; a label is no instruction.
Word = Callable[[int, Labels], int]
Line = Word | str

R0, R1, R2, R3, R4, R5, R12, SP, LR, PC = 0, 1, 2, 3, 4, 5, 12, 13, 14, 15
# What a called function gives back as it was (AAPCS32), and where to return.
PRESERVED = (4, 5, 6, 7, 8, 9, 10, 11, LR)
# A32: the program counter reads as the address of the instruction plus 8.
_PC_AHEAD = 8
_AL, _EQ, _NE = 0xE, 0x0, 0x1
# CPSR.I and CPSR.F: interrupts and fast interrupts are masked.
IRQ_FIQ_MASKED = 0xC0


def assemble(lines: Sequence[Line]) -> bytes:
    """Return code that runs wherever it is put; a text in `lines` is a label."""
    labels: dict[str, int] = {}
    words: list[Word] = []
    for line in lines:
        if isinstance(line, str):
            labels[line] = len(words) * 4
        else:
            words.append(line)
    encoded = [word(number * 4, labels) for number, word in enumerate(words)]
    return struct.pack(f"<{len(encoded)}I", *encoded)


def word(value: int) -> Word:
    """A word of data."""
    return lambda at, labels: value


def _ahead(at: int, labels: Labels, label: str) -> int:
    distance = labels[label] - at - _PC_AHEAD
    assert 0 <= distance < 256, "data lies behind the code, near it"
    return distance


def adr(rd: int, label: str) -> Word:
    """ADR rd, label."""
    return lambda at, labels: 0xE28F0000 | rd << 12 | _ahead(at, labels, label)


def ldr_literal(rt: int, label: str) -> Word:
    """LDR rt, label."""
    return lambda at, labels: 0xE59F0000 | rt << 12 | _ahead(at, labels, label)


def ldr(rt: int, rn: int, offset: int = 0) -> Word:
    """LDR rt, [rn, #offset]."""
    return word(0xE5900000 | rn << 16 | rt << 12 | offset)


def ldr_next(rt: int, rn: int) -> Word:
    """LDR rt, [rn], #4."""
    return word(0xE4900004 | rn << 16 | rt << 12)


def str_(rt: int, rn: int, offset: int = 0) -> Word:
    """STR rt, [rn, #offset]."""
    return word(0xE5800000 | rn << 16 | rt << 12 | offset)


def str_next(rt: int, rn: int) -> Word:
    """STR rt, [rn], #4."""
    return word(0xE4800004 | rn << 16 | rt << 12)


def _mask(registers: Sequence[int]) -> int:
    return sum(1 << register for register in registers)


def stm(rn: int, registers: Sequence[int]) -> Word:
    """STM rn, {registers}; the lowest register at the lowest address."""
    return word(0xE8800000 | rn << 16 | _mask(registers))


def ldm(rn: int, registers: Sequence[int]) -> Word:
    """LDM rn, {registers}."""
    return word(0xE8900000 | rn << 16 | _mask(registers))


def orr(rd: int, rn: int, value: int) -> Word:
    """ORR rd, rn, #value, of 8 bits."""
    return word(0xE3800000 | rn << 16 | rd << 12 | value)


def cmp(rn: int, value: int) -> Word:
    """CMP rn, #value, of 8 bits."""
    return word(0xE3500000 | rn << 16 | value)


def subs(rd: int, rn: int, value: int) -> Word:
    """SUBS rd, rn, #value, of 8 bits."""
    return word(0xE2500000 | rn << 16 | rd << 12 | value)


def _branch(opcode: int, condition: int, label: str) -> Word:
    def encode(at: int, labels: Labels) -> int:
        words = (labels[label] - at - _PC_AHEAD) // 4
        return condition << 28 | opcode | words & 0xFFFFFF

    return encode


def b(label: str) -> Word:
    """B label."""
    return _branch(0x0A000000, _AL, label)


def bne(label: str) -> Word:
    """BNE label."""
    return _branch(0x0A000000, _NE, label)


def bl(label: str) -> Word:
    """BL label."""
    return _branch(0x0B000000, _AL, label)


def blx(rm: int) -> Word:
    """BLX rm."""
    return word(0xE12FFF30 | rm)


def bx(rm: int) -> Word:
    """BX rm."""
    return word(0xE12FFF10 | rm)


def bxeq(rm: int) -> Word:
    """BXEQ rm."""
    return word(_EQ << 28 | 0x012FFF10 | rm)


def mrs_cpsr(rd: int) -> Word:
    """MRS rd, CPSR."""
    return word(0xE10F0000 | rd << 12)


def msr_cpsr_c(rn: int) -> Word:
    """MSR CPSR_c, rn (mode and interrupt masks)."""
    return word(0xE121F000 | rn)


def mrc_p15(rt: int, crn: int, crm: int = 0, opc2: int = 0) -> Word:
    """MRC p15, 0, rt, crn, crm, opc2."""
    return word(0xEE100F10 | crn << 16 | rt << 12 | opc2 << 5 | crm)


def mcr_p15(rt: int, crn: int, crm: int = 0, opc2: int = 0) -> Word:
    """MCR p15, 0, rt, crn, crm, opc2."""
    return word(0xEE000F10 | crn << 16 | rt << 12 | opc2 << 5 | crm)


def dsb() -> Word:
    """DSB SY."""
    return word(0xF57FF04F)


def isb() -> Word:
    """ISB SY."""
    return word(0xF57FF06F)


def wfi() -> Word:
    """WFI."""
    return word(0xE320F003)


def smc() -> Word:
    """SMC #0."""
    return word(0xE1600070)
