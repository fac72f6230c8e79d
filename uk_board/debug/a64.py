# SPDX-License-Identifier: BSD-3-Clause
"""The few A64 instructions that a debugger gives to a halted core, as words."""

from __future__ import annotations

from enum import Enum
from typing import Final


class System(Enum):
    """A system register: op0, op1, CRn, CRm, op2 (Arm DDI 0487, C5 and D19)."""

    # Both data registers at once, 64 bits
    DBGDTR_EL0 = (2, 3, 0, 4, 0)
    # What the debugger sent, 32 bits
    DBGDTRRX_EL0 = (2, 3, 0, 5, 0)
    # Where a halted core goes on
    DLR_EL0 = (3, 3, 4, 5, 1)
    # With which state
    DSPSR_EL0 = (3, 3, 4, 5, 0)
    # MMU and caches of each level
    SCTLR_EL1 = (3, 0, 1, 0, 0)
    SCTLR_EL2 = (3, 4, 1, 0, 0)
    SCTLR_EL3 = (3, 6, 1, 0, 0)
    # Which caches there are
    CLIDR_EL1 = (3, 1, 0, 0, 1)
    # Which of them CCSIDR_EL1 tells of
    CSSELR_EL1 = (3, 2, 0, 0, 0)
    # Their sets, ways and lines
    CCSIDR_EL1 = (3, 1, 0, 0, 0)


def _fields(register: System) -> int:
    op0, op1, crn, crm, op2 = register.value
    return (op0 - 2) << 19 | op1 << 16 | crn << 12 | crm << 8 | op2 << 5


def mrs(x: int, register: System) -> int:
    """Return `MRS Xx, register` (Arm DDI 0487, C6.2)."""
    return 0xD5300000 | _fields(register) | x


def msr(register: System, x: int) -> int:
    """Return `MSR register, Xx` (Arm DDI 0487, C6.2)."""
    return 0xD5100000 | _fields(register) | x


def dcps(level: int) -> int:
    """Return `DCPSn`, which takes a halted core up to exception level n (C6.2)."""
    return 0xD4A00000 | level


# Arm DDI 0487, C6.2: DSB SY
DSB: Final = 0xD5033F9F
# Arm DDI 0487, C6.2: ISB
ISB: Final = 0xD5033FDF
# Arm DDI 0487, C5.3: clean and invalidate a line of the data cache by set and way in X0
DC_CISW_X0: Final = 0xD5087E40
# Arm DDI 0487, C5.3: invalidate all of the instruction cache
IC_IALLU: Final = 0xD508751F
# Arm DDI 0487, C5.5: invalidate all translations of the own level: EL1, EL2, EL3
TLBI: Final = {1: 0xD508871F, 2: 0xD50C871F, 3: 0xD50E871F}
