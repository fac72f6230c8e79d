# SPDX-License-Identifier: BSD-3-Clause
"""The debug registers of an ARMv8-A core and its cross trigger, as a debugger sees them.

Offsets are from the start of the component. Arm DDI 0487 describes each register under its
name: those of the core in H9.2, those of the cross trigger in H9.3.
"""

from __future__ import annotations

from typing import Final

# ---- the core ----

# Arm DDI 0487, H9.2, DBGDTRRX_EL0: external debug receive register; what the debugger sends
DTRRX: Final = 0x080
# Arm DDI 0487, H9.2, EDITR: instruction transfer register
EDITR: Final = 0x084
# Arm DDI 0487, H9.2, EDSCR: status and control register
EDSCR: Final = 0x088
# Arm DDI 0487, H9.2, DBGDTRTX_EL0: transmit register; what the core sends
DTRTX: Final = 0x08C
# Arm DDI 0487, H9.2, EDRCR: reserve control register
EDRCR: Final = 0x090
# Arm DDI 0487, H9.2, EDESR: event status register
EDESR: Final = 0x020
# Arm DDI 0487, H9.2, EDECR: execution control register
EDECR: Final = 0x024
# Arm DDI 0487, H9.2, OSLAR_EL1: OS lock access register
OSLAR: Final = 0x300
# Arm DDI 0487, H9.2, EDPRCR: power and reset control register
EDPRCR: Final = 0x310
# Arm DDI 0487, H9.2, EDPRSR: processor status register
EDPRSR: Final = 0x314
# Arm DDI 0487, H9.2, EDPFR: which exception levels there are
EDPFR: Final = 0xD20
# Arm DDI 0487, H9.2, EDDEVAFF0: device affinity register 0, which is MPIDR_EL1[31:0]
EDDEVAFF0: Final = 0xFA8
# Arm DDI 0487, H9.2, EDLAR: lock access register
EDLAR: Final = 0xFB0
# Arm DDI 0487, H9.2, DBGAUTHSTATUS_EL1: authentication status register
AUTHSTATUS: Final = 0xFB8
# Arm DDI 0487, H9.2, EDDEVARCH: device architecture register
EDDEVARCH: Final = 0xFBC

# Arm IHI 0029, LAR: the key of CoreSight's lock access registers
LAR_KEY: Final = 0xC5ACCE55

# ---- fields of EDSCR: Arm DDI 0487, H9.2, EDSCR ----

SCR_STATUS: Final = 0x3F
SCR_ERR: Final = 1 << 6
SCR_EL_SHIFT: Final = 8
# RW[n], bits 13:10: exception level n is AArch64
SCR_RW_SHIFT: Final = 10
SCR_HDE: Final = 1 << 14
SCR_NS: Final = 1 << 18
SCR_MA: Final = 1 << 20
SCR_ITE: Final = 1 << 24
SCR_TXU: Final = 1 << 26
SCR_RXO: Final = 1 << 27
SCR_ITO: Final = 1 << 28
SCR_TXFULL: Final = 1 << 29
SCR_RXFULL: Final = 1 << 30

# Arm DDI 0487, H9.2, EDSCR.STATUS: why it halted; 0b000001 is restarting, 0b000010 running
STATUS: Final = {
    0b000111: "breakpoint",
    0b010011: "external debug request",
    0b011011: "halting step",
    0b011111: "halting step, exclusive",
    0b100011: "OS unlock catch",
    0b100111: "reset catch",
    0b101011: "watchpoint",
    0b101111: "HLT instruction",
    0b110011: "access to debug registers",
    0b110111: "exception catch",
    0b111011: "halting step, no syndrome",
}

# Arm DDI 0487, H9.2, EDRCR: CSE clears EDSCR.ERR and what led to it
RCR_CLEAR_ERROR: Final = 1 << 2

# ---- fields of EDPRSR: Arm DDI 0487, H9.2, EDPRSR ----

PRSR_POWERED: Final = 1 << 0
PRSR_IN_RESET: Final = 1 << 2
PRSR_OS_LOCK: Final = 1 << 5
PRSR_DOUBLE_LOCK: Final = 1 << 6
# SDR: the core has left debug state since the last read
PRSR_RESTARTED: Final = 1 << 11

# Arm DDI 0487, H9.2, EDPRCR: COREPURQ asks for power
PRCR_POWER_UP: Final = 1 << 3

# Arm DDI 0487, H9.2, DBGAUTHSTATUS_EL1: NSID, 0b11: invasive debug is there and enabled
AUTH_NSID: Final = 0b11

# Arm DDI 0487, H9.2, EDDEVARCH: architect Arm (0x23b), present, ARCHID 0x6a15: ARMv8.0-A debug
DEVARCH_MASK: Final = 0xFFF0FFFF
DEVARCH_V8A: Final = 0x47706A15 & DEVARCH_MASK
# Arm DDI 0487, H9.2, EDDEVTYPE: a core
DEVTYPE_CORE: Final = 0x15
# Arm DDI 0487, H9.3, CTIDEVTYPE: a cross trigger
DEVTYPE_CTI: Final = 0x14

# ---- the cross-trigger interface ----

# Arm DDI 0487, H9.3, CTICONTROL: control register
CTICONTROL: Final = 0x000
# Arm DDI 0487, H9.3, CTIINTACK: output trigger acknowledge
CTIINTACK: Final = 0x010
# Arm DDI 0487, H9.3, CTIAPPPULSE: channel pulse
CTIAPPPULSE: Final = 0x01C
# Arm DDI 0487, H9.3, CTIOUTEN<n>: which channels drive output trigger n: + 4 * n
CTIOUTEN: Final = 0x0A0
# Arm DDI 0487, H9.3, CTITRIGOUTSTATUS: output trigger status
CTITRIGOUTSTATUS: Final = 0x134
# Arm DDI 0487, H9.3, CTIGATE: which channels go on to other cores' triggers
CTIGATE: Final = 0x140
# Arm DDI 0487, H9.3, CTILAR: lock access register
CTILAR: Final = 0xFB0
# Arm DDI 0487, H5, trigger events: output trigger 0 halts, 1 restarts
TRIGGER_HALT: Final = 0
TRIGGER_RESTART: Final = 1
