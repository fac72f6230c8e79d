# SPDX-License-Identifier: BSD-3-Clause
"""U-Boot on a console: stop its autoboot, run commands, load an image, check and start it.

Every wait ends; every error says what state the board is in, with the last console lines.
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from uk_board.console import Console
from uk_board.errors import BenchError
from uk_board.serial import ymodem

# ETX cancels the line that is being typed, and stops autoboot as any key does
# (U-Boot, common/cli_readline.c, common/autoboot.c).
INTERRUPT = b"\x03"
# An answer that was not seen yet; U-Boot waits 90 s for a file (CMD_LOADXY_TIMEOUT).
COMMAND_S = 20.0
START_S = 60.0
SILENT_S = 2.0
_BETWEEN_KEYS_S = 0.3
# With a prompt in sight, so long for the answer that proves it.
_PROOF_S = 3.0
_FIRST_LINE_S = 10.0
# Text of consoles has no such bytes; a wrong baud rate makes many of them.
_NO_TEXT = re.compile(rb"[^\t\n\r\x08\x1b -~]")
_NOISY = 0.3
# U-Boot, cmd/load.c: what it says when the baud rate changes, and back.
_FASTER = r"Switch baudrate to (\d+) bps and press ENTER"
_BACK = r"Switch baudrate to (\d+) bps and press ESC"

SetBaud = Callable[[int], None]


@dataclass(frozen=True)
class Loaded:
    """What it took to load an image."""

    size_bytes: int
    duration_s: float
    repeated_blocks: int


class _Port:
    """The console as a line to a YMODEM receiver: its answers, without the text around them."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def read(self, timeout_s: float) -> bytes | None:
        """Return the next byte that may be an answer; see ymodem.Port."""
        try:
            return self._console.expect(rb"[\x06\x15\x18C]", timeout_s)[0]
        except BenchError:
            return b"" if self._console.ended else None

    def write(self, data: bytes) -> None:
        """Send all of `data`; see ymodem.Port."""
        self._console.write(data)


class UBoot:
    """U-Boot that listens on `console`. Call `stop` first: it proves that U-Boot is there."""

    def __init__(self, console: Console, prompt: str, *, where: str) -> None:
        self._console = console
        self._prompt = re.compile(re.escape(prompt.encode()))
        self._where = where
        self._count = 0

    def stop(self, timeout_s: float, *, silent_s: float = SILENT_S) -> None:
        """Stop the autoboot, or find U-Boot waiting at its prompt already.

        A board that prints nothing is sent nothing for `silent_s`: it may be off, or not have
        set up its UART. Raises: BenchError after `timeout_s`.
        """
        deadline_s = time.monotonic() + timeout_s
        self._console.wait_for(lambda: self._console.size_bytes > 0, min(silent_s, timeout_s))
        while (left_s := deadline_s - time.monotonic()) > 0 and not self._console.ended:
            # An adapter that gets its power from the board comes with it.
            with suppress(BenchError):
                self._console.write(INTERRUPT)
            if not self._comes(self._prompt, min(_BETWEEN_KEYS_S, left_s)):
                continue
            # The same characters may be in any text, and noise may lie around them: only
            # U-Boot answers with what is not in the question.
            try:
                self.command("true", _PROOF_S)
            except BenchError:
                continue
            return
        raise self._no_prompt(timeout_s)

    def command(self, text: str, timeout_s: float = COMMAND_S) -> str:
        """Run a command and return what it printed. Raises: BenchError when it fails."""
        self._write(self._question(text))
        return self._answer(text, timeout_s)

    def _question(self, text: str) -> str:
        """Return the line that runs a command and then tells its status.

        The echo of the line is no answer: the variable, which there is not, vanishes from that.
        """
        self._count += 1
        return f"{text}; echo uk${{ukboard}}-{self._count}-$?"

    def _answer(self, text: str, timeout_s: float) -> str:
        try:
            found = self._console.expect(rf"(?s)(.*?)uk-{self._count}-(\d+)\s", timeout_s)
        except BenchError as error:
            raise self._error(f'U-Boot did not answer "{text}" in {timeout_s:g} s') from error
        output: str = found[1].decode("utf-8", "replace")
        _, echoed, behind = output.partition("-$?")
        printed = (behind if echoed else output).strip()
        if found[2] != b"0":
            raise self._error(f'"{text}" failed in U-Boot (status {found[2].decode()})')
        return printed

    def load(
        self,
        name: str,
        data: bytes,
        address: int,
        *,
        baud: int | None = None,
        set_baud: SetBaud = lambda baud: None,
        on_progress: Callable[[int], None] = lambda done_bytes: None,
    ) -> Loaded:
        """Send `data` to `address` by YMODEM; with `baud`, at that rate.

        Raises: BenchError; U-Boot is then at its prompt, or gives up by itself within 90 s.
        """
        text = f"loady 0x{address:x}" + (f" {baud}" if baud else "")
        self._write(self._question(text))
        with self._at_baud(baud, set_baud):
            self._see("Ready for binary", f'U-Boot did not begin "{text}"', COMMAND_S)
            begin_s = time.monotonic()
            try:
                sent = ymodem.Sender(_Port(self._console), where=self._where).send(
                    name, data, on_progress=on_progress
                )
            except BenchError as error:
                raise self._error(
                    f"{error.problem}; the image in memory is not whole and was not started"
                ) from error
            duration_s = time.monotonic() - begin_s
        self._answer(text, COMMAND_S)
        return Loaded(len(data), duration_s, sent.repeated)

    @contextmanager
    def _at_baud(self, baud: int | None, set_baud: SetBaud) -> Iterator[None]:
        if baud is None:
            yield
            return
        self._see(_FASTER, f"U-Boot does not switch to {baud} baud", COMMAND_S)
        set_baud(baud)
        self._console.write(b"\r")
        yield
        old = self._see(_BACK, "U-Boot does not switch back", COMMAND_S)
        set_baud(int(old[1]))
        self._console.write(b"\x1b")

    def check(self, data: bytes, address: int) -> int:
        """Compare what lies at `address` with `data`; return the CRC. Raises: BenchError."""
        printed = self.command(f"crc32 0x{address:x} 0x{len(data):x}")
        found = re.search(r"==> ([0-9a-f]{8})", printed)
        expected = zlib.crc32(data)
        if found is None or int(found[1], 16) != expected:
            got = f"0x{found[1]}" if found else "none"
            raise self._error(
                f"the CRC of the image in memory is {got}; 0x{expected:08x} is expected."
                " It was not started; U-Boot is at its prompt"
            )
        return expected

    def start(self, address: int) -> str:
        """Start the image; return the first line that it prints, "" when none comes.

        Raises: BenchError when U-Boot does not start it.
        """
        # U-Boot, common/board_r.c sets fdtcontroladdr: the device tree that it uses itself.
        self._write(f"booti 0x{address:x} - ${{fdtcontroladdr}}")
        self._see("Starting kernel[^\n]*\n", "U-Boot does not start the image", COMMAND_S)
        try:
            line = self._console.expect(rb"[\r\n]*([^\r\n]+)[\r\n]", _FIRST_LINE_S)[1]
        except BenchError:
            return ""
        return line.decode("utf-8", "replace")

    def _write(self, line: str) -> None:
        self._console.write(line.encode() + b"\r")

    def _see(self, pattern: str, problem: str, timeout_s: float) -> re.Match[bytes]:
        try:
            return self._console.expect(pattern, timeout_s)
        except BenchError as error:
            raise self._error(problem) from error

    def _comes(self, pattern: re.Pattern[bytes], timeout_s: float) -> bool:
        try:
            self._console.expect(pattern, timeout_s)
        except BenchError:
            return False
        return True

    def _no_prompt(self, timeout_s: float) -> BenchError:
        if self._console.ended:
            return self._error("the console ended before U-Boot's prompt came")
        raw = self._console.raw()
        sent = "Ctrl-C and echo" if self._count else "nothing but Ctrl-C"
        wrong = len(_NO_TEXT.findall(raw))
        if not raw:
            what = "the board printed nothing at all; is it on, and the port the right one?"
        elif wrong > _NOISY * len(raw):
            what = f"{wrong} of {len(raw)} bytes are no text: noise, or another baud rate"
        else:
            what = "something else runs on the board, or its U-Boot takes no keys"
        return self._error(
            f"no U-Boot prompt in {timeout_s:g} s: {what}; the board was sent {sent}"
        )

    def _error(self, problem: str) -> BenchError:
        lines = ["".join(filter(str.isprintable, line)) for line in self._console.last_lines()]
        return BenchError(self._where, problem, last_lines=lines)
