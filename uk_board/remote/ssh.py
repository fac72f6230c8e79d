# SPDX-License-Identifier: BSD-3-Clause
"""uk-board on another machine, started by the user's own ssh; what can go wrong there, in words."""

from __future__ import annotations

import queue
import shlex
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, cast

from uk_board import __version__
from uk_board.errors import BenchError, MissingError, UkBoardError
from uk_board.remote import lines

# What is run there, and nothing else: found by the PATH that ssh gives.
PROGRAM = "uk-board"
# BatchMode: nobody is asked, so nobody is waited for. A dead network is noticed in 15 s.
_OPTIONS = {
    "BatchMode": "yes",
    "ConnectTimeout": "15",
    "ServerAliveInterval": "5",
    "ServerAliveCountMax": "3",
}
# The longest that a method waits for a board without a word (flash/netboot.py: 600 s), and more.
SILENT_S = 900.0
_END_S = 20.0
# ssh(1): its own errors; sh(1): no such program, and one that cannot be run
_SSH_FAILED, _NOT_FOUND, _CANNOT_RUN = 255, 127, 126

Send = Callable[[BinaryIO], None]


def command(host: str, words: Sequence[str]) -> list[str]:
    """Return the command that runs uk-board there; a shell there splits it into these words."""
    options = [part for key, value in _OPTIONS.items() for part in ("-o", f"{key}={value}")]
    return ["ssh", "-T", *options, "--", host, shlex.join([PROGRAM, *words])]


@dataclass
class Remote:
    """uk-board there, as long as it runs. `took`: it has the image, and may have begun."""

    host: str
    process: subprocess.Popen[bytes]
    errors: IO[bytes]
    silent_s: float
    took: bool = False
    sends: bool = False

    def __post_init__(self) -> None:
        """Begin to listen."""
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._sending: UkBoardError | None = None
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with cast(BinaryIO, self.process.stdout) as answers:
            for line in answers:
                self._lines.put(line)
        self._lines.put(b"")

    def send(self, send: Send) -> None:
        """Let `send` write to it, while its answers are read."""
        self.sends = True
        threading.Thread(target=self._send, args=(send,), daemon=True).start()

    def _send(self, send: Send) -> None:
        pipe = cast(BinaryIO, self.process.stdin)
        try:
            send(pipe)
        except UkBoardError as error:
            self._sending = error
            self.process.kill()
        except (OSError, ValueError):
            pass  # it has ended; its answer says why
        with suppress(OSError):
            pipe.close()

    def answers(self) -> Iterator[tuple[str, Any]]:
        """Yield its answers, hello first and of our version. Raises: UkBoardError, and how it is.

        The last one is `done`, or `plan` where no more was asked for.
        """
        greeted = complete = False
        while line := self._next():
            found = lines.parse(line)
            if found is None or (not greeted and found[0] != lines.HELLO):
                continue
            key, value = found
            if key == lines.ERROR:
                raise lines.error_of(value, self.host)
            if key == lines.HELLO:
                greeted = True
                self._check_version(value)
            self.took |= key == lines.TOOK
            complete |= key in (lines.DONE, lines.PLAN)
            yield key, value
        status = self.process.wait(_END_S)
        if self._sending is not None:
            raise self._sending
        if status != 0 or not complete:
            raise failure(self.host, status, self._said(), greeted=greeted, took=self.took)

    def _next(self) -> bytes:
        try:
            return self._lines.get(timeout=self.silent_s)
        except queue.Empty:
            raise BenchError(
                self.host, f"{PROGRAM} there said nothing for {self.silent_s:g} s; {_state(self)}"
            ) from None

    def _said(self) -> list[str]:
        self.errors.seek(0)
        text = self.errors.read().decode("utf-8", "replace")
        return [line.strip() for line in text.splitlines() if line.strip()]

    def _check_version(self, version: Any) -> None:
        if version != __version__:
            raise MissingError(
                self.host,
                f"has uk-board {version}, and here is {__version__}; the same is expected",
                hint=f"install uk-board {__version__} there, or {version} here",
            )


def _state(remote: Remote) -> str:
    return UNKNOWN if remote.took else UNTOUCHED


UNTOUCHED = "it had not begun: no medium was touched"
UNKNOWN = (
    "a card it was writing has the old image, or a part of the new one that does not boot, or all"
    " of it: flash again"
)


@contextmanager
def started(
    host: str,
    words: Sequence[str],
    *,
    popen: Callable[..., subprocess.Popen[bytes]] = subprocess.Popen,
    silent_s: float = SILENT_S,
) -> Iterator[Remote]:
    """Start uk-board on `host`; it is ended with the `with`. Raises: UkBoardError."""
    with tempfile.TemporaryFile() as errors:
        try:
            process = popen(
                command(host, words),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        except FileNotFoundError:
            raise MissingError(
                "ssh",
                f"no such program; it brings the image to {host}",
                hint="apt install openssh-client",
            ) from None
        except OSError as error:
            raise BenchError("ssh", f"cannot be run: {error.strerror}") from error
        remote = Remote(host, process, errors, silent_s)
        try:
            yield remote
        finally:
            _end(process)
            if not remote.sends:  # who sends, closes it
                cast(BinaryIO, process.stdin).close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End ssh; what runs there ends when nobody hears it any more."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def failure(
    host: str, status: int, said: Sequence[str], *, greeted: bool, took: bool
) -> UkBoardError:
    """Return the error of an ssh, or a uk-board there, that ended without an answer."""
    last = said[-1] if said else "nothing was said"
    if greeted:
        what = "the connection broke" if status == _SSH_FAILED else f"uk-board there ended ({last})"
        return BenchError(host, f"{what}; {UNKNOWN if took else UNTOUCHED}")
    if status == _SSH_FAILED:
        return _not_reached(host, said, last)
    if status in (_NOT_FOUND, _CANNOT_RUN):
        return MissingError(
            host,
            f"has no {PROGRAM} that ssh finds: {last}",
            hint=f"there: ln -s .../.venv/bin/{PROGRAM} /usr/local/bin/",
        )
    if any("no such option" in line.lower() for line in said):
        return MissingError(
            host,
            f"has another uk-board, which cannot be talked to: {last}",
            hint=f"install uk-board {__version__} there",
        )
    return BenchError(host, f"uk-board there ended with status {status}: {last}")


def _not_reached(host: str, said: Sequence[str], last: str) -> UkBoardError:
    text = " ".join(said).lower()
    by_hand = f"ssh {host} {PROGRAM} --version, by hand, must ask nothing and print {__version__}"
    if "host key" in text or "host identification has changed" in text:
        return BenchError(
            host,
            "ssh does not know this machine's key, or knows another one: it is not trusted",
            hint=f"ssh {host}, once and by hand: it shows the key and asks",
        )
    if "permission denied" in text:
        return BenchError(host, f"ssh is not let in: {last}", hint=f"ssh-copy-id {host}; {by_hand}")
    return BenchError(host, f"cannot be reached by ssh: {last}", hint=by_hand)
