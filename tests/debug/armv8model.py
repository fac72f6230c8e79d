# SPDX-License-Identifier: BSD-3-Clause
"""A model of an ARMv8-A core as its debugger sees it: debug registers, channel, cross trigger.

It follows the pseudocode of Arm DDI 0487: H2 (debug state), H4 (DBGDTRRX_EL0, DBGDTRTX_EL0 and
EDITR as the debugger accesses them), H5 (cross triggers), H8 (what may be accessed when), and
executes the few A64 instructions that a debugger feeds it. Numbers are the document's, written
down again and not taken from what is tested.
"""

from __future__ import annotations

from debug.memorymodel import AbortError, Cache, FaultError, Memory, identity

# Arm DDI 0487: op0, op1, CRn, CRm, op2 of what can be moved while halted
DBGDTR, DBGDTR32 = (2, 3, 0, 4, 0), (2, 3, 0, 5, 0)
DSPSR, DLR = (3, 3, 4, 5, 0), (3, 3, 4, 5, 1)
CLIDR, CCSIDR, CSSELR = (3, 1, 0, 0, 1), (3, 1, 0, 0, 0), (3, 2, 0, 0, 0)
SCTLR = {1: (3, 0, 1, 0, 0), 2: (3, 4, 1, 0, 0), 3: (3, 6, 1, 0, 0)}
# DSB SY, ISB; TLBI VMALLE1, ALLE2, ALLE3: from which level on
FROM_LEVEL = {0xD5033F9F: 0, 0xD5033FDF: 0, 0xD508871F: 1, 0xD50C871F: 2, 0xD50E871F: 3}
LDR_W1_X0_4, STR_W1_X0_4 = 0xB8404401, 0xB8004401


class Core:
    """A core with its debug registers; offsets below 0x1000."""

    def __init__(self, memory: Memory, *, midr: int, affinity: int = 0, level: int = 2) -> None:
        self.memory, self.midr, self.affinity = memory, midr, affinity
        # ---- what it is ----
        self.levels = 3
        self.secure, self.aarch32 = False, False
        self.caches = [Cache(4, 2), Cache(16, 4)]
        # ---- what state it is in ----
        self.level = level
        self.x = [0xDEAD0000_00000000 + n for n in range(31)]
        self.pc, self.pstate = 0x1234_5000, 0x3C0 | level << 2 | 1
        self.system = {CSSELR: 0, DLR: 0, DSPSR: 0}
        self.system |= {SCTLR[n]: 0x30C51835 if n <= level else 0x30C50830 for n in (1, 2, 3)}
        self.mapped_at = 0x0800_0000  # what the old page tables add
        self.stale_code = True
        self.halted, self.status = False, 0b000010
        # ---- debug ----
        self.powered, self.can_power, self.in_reset = True, True, False
        self.os_lock, self.double_lock, self.authentic = True, False, 0xFF
        self.stubborn, self.stays = False, False  # does not halt, does not go on
        self.latency = 0  # so many reads of EDSCR until an instruction is done
        self.err = self.ma = self.txu = self.rxo = self.ito = False
        self.txfull = self.rxfull = self.hde = False
        self.dtrrx = self.dtrtx = 0
        self.edesr = self.edecr = 0
        self.restarted = False  # EDPRSR.SDR
        self._pending: tuple[int, int] | None = None  # instruction, reads of EDSCR left
        self.executed: list[int] = []
        self._readers = {
            0x020: lambda: self.edesr,
            0x024: lambda: self.edecr,
            0x080: lambda: self.dtrrx,
            0x088: self._scr,
            0x08C: self._read_dtrtx,
            0xD00: lambda: self.midr,
            0xD20: lambda: sum(1 << 4 * n for n in range(self.levels + 1)),
            0x314: self._prsr,
        }
        self._writers = {
            0x020: self._write_esr,
            0x024: lambda value: setattr(self, "edecr", value & 7),
            0x080: self._write_dtrrx,
            0x084: self._write_itr,
            0x088: self._write_scr,
            0x08C: lambda value: setattr(self, "dtrtx", value),
            0x090: self._write_rcr,
        }

    @property
    def ite(self) -> bool:
        return self._pending is None

    # ---- halting and going on ----

    def request_halt(self, status: int = 0b010011) -> None:
        if self.stubborn or self.halted or self.authentic & 3 != 3 or not self.powered:
            return
        self.halted, self.status = True, status
        self.system[DLR], self.system[DSPSR] = self.pc, self.pstate

    def request_restart(self) -> None:
        if not self.halted or self.err or self.stays:
            return
        self.halted, self.status, self.restarted = False, 0b000010, True
        self.pc, self.pstate = self.system[DLR], self.system[DSPSR]
        if not self.aarch32:
            assert self.pstate >> 2 & 3 <= self.level, "an illegal return: to a higher level"
            self.level = self.pstate >> 2 & 3
        self._evict()
        if self.edesr:
            self.request_halt(0b011011)

    def _evict(self) -> None:
        """What is still dirty in the caches reaches memory some time."""
        for cache in self.caches:
            for address, data in cache.dirty.values():
                self._write_back(address, data)
            cache.dirty.clear()

    def _write_back(self, address: int, data: bytes) -> None:
        for at in range(0, len(data), 4):
            self.memory.store(address + at, int.from_bytes(data[at : at + 4], "little"))

    # ---- the debugger's accesses ----

    def read(self, offset: int) -> int:
        if offset >= 0xFA8:
            return self._always_there()[offset]
        if not self.powered and offset == 0x314:
            return 0
        if not self.powered:
            raise FaultError(f"no power: {offset:#x}")
        if (self.os_lock or self.double_lock) and offset != 0x314:
            raise FaultError(f"locked: {offset:#x}")
        return self._readers[offset]()

    def _always_there(self) -> dict[int, int]:
        """What the debug power domain has."""
        part = self.midr >> 4 & 0xFFF
        there = {0xFA8: 0x8000_0000 | self.affinity, 0xFB8: self.authentic, 0xFBC: 0x4770_6A15}
        return there | {0xFCC: 0x15, 0xFC8: 0, 0xFC4: 0, 0xFC0: 0} | identity(part)

    def write(self, offset: int, value: int) -> None:
        if offset == 0x310:
            self.powered = self.powered or bool(value & 8 and self.can_power)
            return
        if offset in (0xFB0, 0x300) and not self.powered:
            if offset == 0x300:
                raise FaultError("no power")
            return
        if offset == 0x300:
            self.os_lock = bool(value & 1)
            return
        if offset == 0xFB0:
            return
        if not self.powered or self.os_lock or self.double_lock:
            raise FaultError(f"no power, or locked: {offset:#x}")
        self._writers[offset](value)

    def _prsr(self) -> int:
        value = (
            1 | self.in_reset << 2 | self.halted << 4 | self.os_lock << 5 | self.double_lock << 6
        )
        value |= self.restarted << 11
        self.restarted = False
        return value

    def _scr(self) -> int:
        if self._pending is not None:
            word, left = self._pending
            self._pending = (word, left - 1)
            if left <= 1:
                self._pending = None
                self._execute(word)
        rw = 0b0001 if self.aarch32 else 0b1111
        value = self.status | self.err << 6 | self.hde << 14 | (not self.secure) << 18
        if self.halted:
            value |= self.level << 8 | rw << 10 | self.ite << 24
        value |= self.ma << 20 | self.txu << 26 | self.rxo << 27 | self.ito << 28
        return value | self.txfull << 29 | self.rxfull << 30

    def _write_scr(self, value: int) -> None:
        self.ma, self.hde = bool(value & 1 << 20), bool(value & 1 << 14)

    def _write_rcr(self, value: int) -> None:
        if value & 4:
            self.err = self.txu = self.rxo = self.ito = False

    def _write_esr(self, value: int) -> None:
        self.edesr &= ~value

    def _write_dtrrx(self, value: int) -> None:
        if self.err:
            return
        if self.rxfull or (self.halted and self.ma and not self.ite):
            self.rxo = self.err = True
            return
        self.rxfull, self.dtrrx = True, value
        if self.halted and self.ma:
            self._execute(0xD5330501)  # MRS X1, DBGDTRRX_EL0
            self._execute(STR_W1_X0_4)
            self.x[1] = 0xBAD1_BAD1_BAD1_BAD1

    def _read_dtrtx(self) -> int:
        underrun = not self.txfull or (self.halted and self.ma and not self.ite)
        value = 0xBAD7_BAD7 if underrun else self.dtrtx
        if self.err:
            return value
        if underrun:
            self.txu = self.err = True
            return value
        self.txfull = False
        if self.halted and self.ma:
            self._execute(LDR_W1_X0_4)
            if not self.err:
                self._execute(0xD5130501)  # MSR DBGDTRTX_EL0, X1
            self.x[1] = 0xBAD1_BAD1_BAD1_BAD1
        return value

    def _write_itr(self, word: int) -> None:
        if self.err or not self.halted:
            return
        if not self.ite or self.ma:
            self.ito = self.err = True
        elif self.latency:
            self._pending = (word, self.latency)
        else:
            self._execute(word)

    # ---- what it executes ----

    def _execute(self, word: int) -> None:
        self.executed.append(word)
        try:
            self._step(word)
        except AbortError:
            self.err = True

    def _step(self, word: int) -> None:
        if word >> 20 == 0xD53 or word >> 20 == 0xD51:
            self._move(word)
        elif word == LDR_W1_X0_4:
            self.x[1] = self.memory.load(self._address())
            self.x[0] += 4
        elif word == STR_W1_X0_4:
            self.memory.store(self._address(), self.x[1] & 0xFFFFFFFF)
            self.x[0] += 4
        elif word & ~0x1F == 0xD5087E40:  # DC CISW, Xt
            self._clean(self.x[word & 0x1F])
        elif word == 0xD508751F:  # IC IALLU
            self.stale_code = False
        elif word in FROM_LEVEL and self.level >= FROM_LEVEL[word]:
            pass
        elif word & ~3 == 0xD4A00000 and word & 3:  # DCPS1 to DCPS3
            self._go_up(word & 3)
        else:
            raise AbortError(f"undefined: {word:08x}")

    def _go_up(self, level: int) -> None:
        if level > self.levels or (level == 2 and self.secure):
            raise AbortError("no such level")
        self.level = max(self.level, level)

    def _address(self) -> int:
        control = self.system[SCTLR[max(self.level, 1)]]
        return self.x[0] + (self.mapped_at if control & 1 else 0)

    def _move(self, word: int) -> None:
        register = (2 + (word >> 19 & 1), word >> 16 & 7, word >> 12 & 15, word >> 8 & 15)
        register = (*register, word >> 5 & 7)
        number, reads = word & 0x1F, bool(word & 1 << 21)
        for level in (1, 2, 3):
            if register == SCTLR[level] and self.level < level:
                raise AbortError("of a higher level")
        if reads:
            self.x[number] = self._read_system(register)
        else:
            self._write_system(register, self.x[number])

    def _read_system(self, register: tuple[int, ...]) -> int:
        if register in (DBGDTR, DBGDTR32):
            value = self.dtrrx if self.rxfull else 0xBAD0_BAD0
            self.rxfull = False
            return value | (self.dtrtx << 32 if register == DBGDTR else 0)
        if register == CLIDR:
            count = len(self.caches)
            kinds = sum((0b011 if n == 0 else 0b100) << 3 * n for n in range(count))
            return count << 24 | kinds
        if register == CCSIDR:
            return self.caches[self.system[CSSELR] >> 1].ccsidr
        if register not in self.system:
            raise AbortError("unknown register")
        return self.system[register]

    def _write_system(self, register: tuple[int, ...], value: int) -> None:
        if register in (DBGDTR, DBGDTR32):
            self.dtrtx = value & 0xFFFFFFFF
            if register == DBGDTR:
                self.dtrrx = value >> 32
            self.txfull = True
        elif register in self.system:
            self.system[register] = value
        else:
            raise AbortError("unknown register")

    def _clean(self, line: int) -> None:
        cache = self.caches[line >> 1 & 7]
        way = line >> 32 - (cache.ways - 1).bit_length()
        index = (line & 0xFFFF_FFFF) >> (cache.line.bit_length() - 1) & cache.sets - 1
        found = cache.dirty.pop((index, way), None)
        if found is not None:
            self._write_back(*found)
