# SPDX-License-Identifier: BSD-3-Clause
"""A core of ARMv8-A by its debug registers: halt, registers, memory, run.

How they behave: Arm DDI 0487, chapters H2 (debug state), H4 (the debug communications channel)
and H5 (cross triggers). A halted core executes what is written to EDITR. Words go to and from
it through DTRRX and DTRTX; in memory access mode (EDSCR.MA) each of them is also stored to, or
loaded from, where X0 points, which moves on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from uk_board.debug import registers as r
from uk_board.debug.a64 import System, dcps, mrs, msr
from uk_board.debug.facts import CorePlace
from uk_board.debug.port import MemoryPort
from uk_board.errors import BenchError
from uk_board.usb.transport import Waiting

# As long as a core may take for what takes it microseconds
PATIENCE = Waiting(timeout_s=2.0)
_POLL_S = 0.001
# So many instructions go out before the core is asked how they went; it is far quicker than
# any probe, and an overrun is told by EDSCR.
_BATCH = 64
_CHANNEL_HALT, _CHANNEL_RESTART = 1 << 0, 1 << 1
_ENDED = r.SCR_ITE | r.SCR_ERR
_WORD = 0xFFFFFFFF


class Core:
    """One core; every call raises BenchError when the core, or what leads to it, refuses."""

    def __init__(
        self, port: MemoryPort, place: CorePlace, where: str, waiting: Waiting = PATIENCE
    ) -> None:
        self.where = where
        self._port, self._place, self._waiting = port, place, waiting

    # ---- its registers on the debug bus ----

    def read(self, offset: int) -> int:
        """Return a debug register."""
        return self._port.read(self._place.registers + offset)

    def write(self, offset: int, value: int) -> None:
        """Write a debug register."""
        self._port.write(self._place.registers + offset, value)

    def _write_all(self, pairs: Iterable[tuple[int, int]]) -> None:
        base = self._place.registers
        self._port.write_all((base + offset, value) for offset, value in pairs)

    def _trigger(self, offset: int, value: int) -> None:
        self._port.write(self._place.cross_trigger + offset, value)

    def _wait(self, done: Callable[[], bool], problem: str) -> None:
        deadline_s = self._waiting.clock() + self._waiting.timeout_s
        while not done():
            if self._waiting.clock() >= deadline_s:
                scr, prsr = self.read(r.EDSCR), self.read(r.EDPRSR)
                raise BenchError(
                    self.where,
                    f"{problem} within {self._waiting.timeout_s:g} s;"
                    f" EDSCR is 0x{scr:08x}, EDPRSR 0x{prsr:08x}",
                )
            self._waiting.sleep(_POLL_S)

    # ---- to halt it and to let it run ----

    @property
    def is_halted(self) -> bool:
        """Whether it is in debug state."""
        return self.read(r.EDSCR) & r.SCR_STATUS in r.STATUS

    def unlock(self) -> None:
        """Open its debug registers: power, then the locks that can be opened."""
        self.write(r.EDLAR, r.LAR_KEY)
        self._trigger(r.CTILAR, r.LAR_KEY)
        if not self.read(r.EDPRSR) & r.PRSR_POWERED:
            self._power_up()
        if self.read(r.EDPRSR) & r.PRSR_IN_RESET:
            raise BenchError(self.where, "is held in reset (EDPRSR.R); the board must let it go")
        auth = self.read(r.AUTHSTATUS)
        if auth & r.AUTH_NSID != r.AUTH_NSID:
            raise BenchError(
                self.where,
                f"debug is locked by the chip or its firmware: DBGAUTHSTATUS_EL1 is 0x{auth:08x}"
                " and NSID says that nothing may halt it",
            )
        if self.read(r.EDPRSR) & r.PRSR_OS_LOCK:
            self.write(r.OSLAR, 0)
        prsr = self.read(r.EDPRSR)
        if prsr & (r.PRSR_OS_LOCK | r.PRSR_DOUBLE_LOCK):
            problem = f"debug is locked: EDPRSR stays 0x{prsr:08x}, with the OS lock or double lock"
            raise BenchError(self.where, problem)

    def _power_up(self) -> None:
        self.write(r.EDPRCR, r.PRCR_POWER_UP)
        try:
            self._wait(self._is_powered, "it does not get power")
        except BenchError as error:
            raise BenchError(
                self.where,
                f"is switched off: EDPRSR.PU stays 0 after a request for power ({error.problem})",
            ) from error

    def _is_powered(self) -> bool:
        return bool(self.read(r.EDPRSR) & r.PRSR_POWERED)

    def halt(self) -> str:
        """Halt it, and return why it is halted. It must run 64-bit code."""
        if not self.is_halted:
            # Halts and restarts are for this core alone.
            self._trigger(r.CTICONTROL, 1)
            self._trigger(r.CTIGATE, 0)
            self._trigger(r.CTIOUTEN + 4 * r.TRIGGER_HALT, _CHANNEL_HALT)
            self._trigger(r.CTIOUTEN + 4 * r.TRIGGER_RESTART, _CHANNEL_RESTART)
            self._trigger(r.CTIAPPPULSE, _CHANNEL_HALT)
            self._wait(lambda: self.is_halted, "it does not halt")
        self._acknowledge()
        scr = self.read(r.EDSCR)
        level = scr >> r.SCR_EL_SHIFT & 3
        if not scr >> (r.SCR_RW_SHIFT + level) & 1:
            self.resume()
            raise BenchError(
                self.where,
                f"runs 32-bit code at EL{level}; a 64-bit image can be started from 64-bit code"
                " only. It goes on as before",
            )
        status = r.STATUS.get(scr & r.SCR_STATUS)
        if status is None:
            problem = f"it was halted and is not any more: EDSCR is 0x{scr:08x}, which may be noise"
            raise BenchError(self.where, problem)
        self._empty_channel(scr)
        return status

    def _acknowledge(self) -> None:
        """Take the request to halt back, which holds until then."""
        self._trigger(r.CTIINTACK, 1 << r.TRIGGER_HALT)
        status = self._place.cross_trigger + r.CTITRIGOUTSTATUS
        self._wait(
            lambda: not self._port.read(status) & 1 << r.TRIGGER_HALT,
            "its cross trigger does not take the request to halt back",
        )

    def _empty_channel(self, scr: int) -> None:
        """Forget what an earlier debugger left: errors, modes, words."""
        self.write(r.EDRCR, r.RCR_CLEAR_ERROR)
        self.write(r.EDSCR, scr & ~(r.SCR_MA | r.SCR_HDE))
        if scr & r.SCR_TXFULL:
            self.read(r.DTRTX)
        if scr & r.SCR_RXFULL:
            self.run(mrs(0, System.DBGDTRRX_EL0))

    def resume(self) -> None:
        """Let it run from DLR_EL0 with DSPSR_EL0."""
        self._trigger(r.CTICONTROL, 1)
        self._trigger(r.CTIGATE, 0)
        self._trigger(r.CTIOUTEN + 4 * r.TRIGGER_RESTART, _CHANNEL_RESTART)
        self._acknowledge()
        # Nothing that waits may halt it again at once.
        self.write(r.EDECR, 0)
        self.write(r.EDESR, self.read(r.EDESR))
        self.read(r.EDPRSR)  # which clears EDPRSR.SDR
        self._trigger(r.CTIAPPPULSE, _CHANNEL_RESTART)
        self._wait(
            lambda: bool(self.read(r.EDPRSR) & r.PRSR_RESTARTED) or not self.is_halted,
            "it does not leave debug state",
        )

    # ---- what it executes while halted ----

    def run(self, *instructions: int) -> None:
        """Let it execute instructions, one by one."""
        for word in instructions:
            self.write(r.EDITR, word)
            self.check(f"instruction {word:08x}")

    def run_for_each(self, instruction: int, values: Iterable[int]) -> Iterator[int]:
        """Let it execute an instruction with each value (32 bits) in X0; yield how many are done.

        Nothing runs unless the iterator is drawn.
        """
        batch: list[tuple[int, int]] = []
        done = 0
        take = mrs(0, System.DBGDTRRX_EL0)
        for value in values:
            batch += [(r.DTRRX, value), (r.EDITR, take), (r.EDITR, instruction)]
            done += 1
            if done % _BATCH == 0:
                yield self._run_batch(batch, done, instruction)
        if batch:
            yield self._run_batch(batch, done, instruction)

    def _run_batch(self, batch: list[tuple[int, int]], done: int, instruction: int) -> int:
        self._write_all(batch)
        batch.clear()
        self.check(f"instruction {instruction:08x}")
        return done

    def check(self, what: str) -> None:
        """Wait until what it executes is done. Raises: BenchError when it failed."""
        scr = self.read(r.EDSCR)
        if not scr & _ENDED:
            self._wait(lambda: bool(self.read(r.EDSCR) & _ENDED), f"{what} does not end")
            scr = self.read(r.EDSCR)
        if not scr & r.SCR_ERR:
            return
        self.write(r.EDRCR, r.RCR_CLEAR_ERROR)
        self.write(r.EDSCR, scr & ~r.SCR_MA)
        overruns = scr & (r.SCR_TXU | r.SCR_RXO | r.SCR_ITO)
        why = "the probe outran it" if overruns else "it ended in an exception"
        raise BenchError(self.where, f"{what} failed: {why}; EDSCR is 0x{scr:08x}")

    def read_x(self, number: int) -> int:
        """Return general register X`number`, 0 to 30."""
        self.run(msr(System.DBGDTR_EL0, number))
        low = self.read(r.DTRTX)
        return self.read(r.DTRRX) << 32 | low

    def write_x(self, number: int, value: int) -> None:
        """Set general register X`number`, 0 to 30."""
        take = mrs(number, System.DBGDTR_EL0)
        self._write_all(((r.DTRTX, value >> 32), (r.DTRRX, value & _WORD), (r.EDITR, take)))
        self.check(f"X{number} = 0x{value:x}")

    def read_system(self, register: System) -> int:
        """Return a system register. Changes X0."""
        self.run(mrs(0, register))
        return self.read_x(0)

    def write_system(self, register: System, value: int) -> None:
        """Set a system register. Changes X0."""
        self.write_x(0, value)
        self.run(msr(register, 0))

    @property
    def level(self) -> int:
        """The exception level that it is halted at."""
        return self.read(r.EDSCR) >> r.SCR_EL_SHIFT & 3

    def go_up(self, level: int) -> None:
        """Take it up to an exception level; down it goes by DSPSR_EL0."""
        if self.level < level:
            self.run(dcps(level))
        if self.level < level:
            raise BenchError(self.where, f"stays at EL{self.level}; EL{level} is expected")

    # ---- memory, as it sees it ----

    def write_words(self, address: int, words: Sequence[int]) -> None:
        """Store words from `address` on, a multiple of 4. Changes X0 and X1."""
        self.write_x(0, address)
        with self._memory_access_mode():
            self._port.write_stream(self._place.registers + r.DTRRX, words)
            self.check(f"storing at 0x{address:x}-0x{address + 4 * len(words):x}")

    def read_words(self, address: int, count: int) -> list[int]:
        """Load at least one word from `address` on, a multiple of 4. Changes X0 and X1."""
        self.write_x(0, address)
        # A first word that nobody wants: its reading makes the core load the first that counts.
        self.run(msr(System.DBGDTR_EL0, 0))
        transmit = self._place.registers + r.DTRTX
        with self._memory_access_mode():
            self.read(r.DTRTX)
            words = self._port.read_stream(transmit, count - 1) if count > 1 else []
            self.check(f"loading from 0x{address:x}-0x{address + 4 * count:x}")
        # The last one out of this mode: nothing behind it is loaded.
        return [*words, self.read(r.DTRTX)]

    @contextmanager
    def _memory_access_mode(self) -> Iterator[None]:
        scr = self.read(r.EDSCR) & ~r.SCR_MA
        self.write(r.EDSCR, scr | r.SCR_MA)
        yield
        self.write(r.EDSCR, scr)
