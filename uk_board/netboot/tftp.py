# SPDX-License-Identifier: BSD-3-Clause
"""A TFTP server that gives away named files and nothing else.

Source: RFC 1350, and RFC 2347 to 2349 for the options blksize, timeout and tsize.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from construct import (
    ConstructError,
    CString,
    GreedyBytes,
    GreedyRange,
    Int16ub,
    Struct,
    Terminated,
)

from uk_board.netboot.wire import Datagram, Peer, Wire

PORT = 69
# RFC 1350, 5: opcodes; RFC 2347: OACK.
READ, WRITE, DATA, ACK, ERROR, OPTIONS_ACK = 1, 2, 3, 4, 5, 6
# RFC 1350, appendix I, "Error Codes"; RFC 2347: 8.
NOT_DEFINED, NOT_FOUND, ACCESS, ILLEGAL, UNKNOWN_PORT, BAD_OPTIONS = 0, 1, 2, 4, 5, 8
DEFAULT_BLOCK_BYTES = 512
# RFC 2348, RFC 2349: what may be asked for.
BLOCK_BYTES, TIMEOUTS_S = range(8, 65465), range(1, 256)
# Ours: what fits an Ethernet frame with IPv4 and UDP; larger ones would be fragments.
LARGEST_BLOCK_BYTES = 1468
RETRY_S = 1.0
RETRIES = 6
MOST_TRANSFERS = 64

REQUEST = Struct("opcode" / Int16ub, "words" / GreedyRange(CString("utf8")), Terminated)
BLOCK = Struct("opcode" / Int16ub, "number" / Int16ub, "data" / GreedyBytes)
FAILURE = Struct("opcode" / Int16ub, "code" / Int16ub, "message" / CString("utf8"))

# Returns a file by the name that was asked for, None when there is none.
Find = Callable[[str, Peer], bytes | None]


@dataclass(frozen=True)
class Event:
    """How far a file is. `problem`: what ended it early; `total` is 0 when there is no file."""

    client: str
    name: str
    done: int
    total: int
    problem: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the client has all of it."""
        return not self.problem and self.done == self.total


@dataclass(frozen=True)
class Asked:
    """A request for a file, as it came; names of options are in lower case."""

    opcode: int
    name: str
    mode: str
    options: Mapping[str, str]


def parse_request(raw: bytes) -> Asked | None:
    """Return a request, None when it is none."""
    try:
        fields: Any = REQUEST.parse(raw)
    except ConstructError:
        return None
    words = list(fields.words)
    if fields.opcode not in (READ, WRITE) or len(words) < 2 or len(words) % 2:
        return None
    options = {key.lower(): value for key, value in zip(words[2::2], words[3::2], strict=True)}
    return Asked(fields.opcode, words[0], words[1].lower(), options)


def failure(code: int, message: str) -> bytes:
    """Return the message that ends a transfer."""
    raw: bytes = FAILURE.build({"opcode": ERROR, "code": code, "message": message})
    return raw


def accepted(options: Mapping[str, str], size: int) -> dict[str, str]:
    """Return the options that we take, with our values; others are as if not asked for."""
    found = {}
    number = {key: int(value) for key, value in options.items() if _is_number(value)}
    if number.get("blksize", 0) in BLOCK_BYTES:
        found["blksize"] = str(min(number["blksize"], LARGEST_BLOCK_BYTES))
    if number.get("timeout", 0) in TIMEOUTS_S:
        found["timeout"] = str(number["timeout"])
    if "tsize" in number:
        found["tsize"] = str(size)
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


@dataclass
class Transfer:
    """A file on its way: `at` counts blocks that the client has."""

    client: Peer
    name: str
    content: bytes
    block_bytes: int = DEFAULT_BLOCK_BYTES
    retry_s: float = RETRY_S
    options: Mapping[str, str] = field(default_factory=dict)
    at: int = 0
    tries: int = 0
    again_s: float = 0.0

    @property
    def waits_for_options(self) -> bool:
        """Whether the client has not yet confirmed the options."""
        return bool(self.options)

    @property
    def is_done(self) -> bool:
        """Whether the client has the last block, which is shorter than the others."""
        return self.at > len(self.content) // self.block_bytes

    def packet(self) -> bytes:
        """Return what the client must get now."""
        if self.waits_for_options:
            words = [word for pair in self.options.items() for word in pair]
            raw: bytes = REQUEST.build({"opcode": OPTIONS_ACK, "words": words})
            return raw
        start = self.at * self.block_bytes
        data = self.content[start : start + self.block_bytes]
        # Past 65535 the number begins anew at 0, as all clients take it.
        block = {"opcode": DATA, "number": (self.at + 1) & 0xFFFF, "data": data}
        packet: bytes = BLOCK.build(block)
        return packet

    def take_ack(self, number: int) -> bool:
        """Note what the client has; False for an old or a wrong number."""
        if number != (0 if self.waits_for_options else (self.at + 1) & 0xFFFF):
            return False
        if self.waits_for_options:
            self.options = {}
        else:
            self.at += 1
        self.tries = 0
        return True


class Server:
    """Serves many clients over a wire. Give it each datagram (`take`), and time (`tick`)."""

    def __init__(
        self,
        wire: Wire,
        find: Find,
        clock: Callable[[], float],
        on_event: Callable[[Event], None] = lambda event: None,
    ) -> None:
        self._wire = wire
        self._find = find
        self._clock = clock
        self._on_event = on_event
        self._transfers: dict[int, Transfer] = {}
        self.port = wire.open(PORT)

    @property
    def transfers(self) -> int:
        """How many files are on their way."""
        return len(self._transfers)

    def take(self, datagram: Datagram) -> None:
        """Look at a datagram to one of our ports; others are not for us."""
        if datagram.port == self.port:
            self._begin(datagram)
        elif (transfer := self._transfers.get(datagram.port)) is not None:
            if datagram.sender != transfer.client:
                self._wire.send(
                    datagram.port, datagram.sender, failure(UNKNOWN_PORT, "not your transfer")
                )
                return
            self._go_on(datagram.port, transfer, datagram.data)

    def tick(self) -> None:
        """Send again what was not confirmed in time; give up at last."""
        now_s = self._clock()
        for port, transfer in tuple(self._transfers.items()):
            if now_s < transfer.again_s:
                continue
            if transfer.tries >= RETRIES:
                self._end(port, transfer, "the client does not answer any more")
            else:
                self._send(port, transfer)

    def _begin(self, datagram: Datagram) -> None:
        asked = parse_request(datagram.data)
        refusal = self._refusal(asked)
        content = None
        if asked is not None and not refusal:
            content = self._find(asked.name, datagram.sender)
            refusal = b"" if content is not None else failure(NOT_FOUND, "File not found")
        if asked is None or content is None:
            self._wire.send(self.port, datagram.sender, refusal)
            if asked is not None:
                text = refusal[4:-1].decode("utf-8", "replace")
                self._tell(Event(datagram.sender[0], asked.name, 0, 0, text))
            return
        for port, other in tuple(self._transfers.items()):
            if other.client == datagram.sender:  # asked again: the answer was lost
                self._drop(port)
        options = accepted(asked.options, len(content))
        transfer = Transfer(
            datagram.sender,
            asked.name,
            content,
            int(options.get("blksize", DEFAULT_BLOCK_BYTES)),
            float(options.get("timeout", RETRY_S)),
            options,
        )
        port = self._wire.open()
        self._transfers[port] = transfer
        self._send(port, transfer)

    def _refusal(self, asked: Asked | None) -> bytes:
        if asked is None:
            return failure(ILLEGAL, "a read request is expected")
        if asked.opcode == WRITE:
            return failure(ACCESS, "nothing can be written here")
        if asked.mode != "octet":
            return failure(ILLEGAL, "only mode octet is served")
        if len(self._transfers) >= MOST_TRANSFERS:
            return failure(NOT_DEFINED, "too many transfers")
        return b""

    def _go_on(self, port: int, transfer: Transfer, raw: bytes) -> None:
        try:
            fields: Any = BLOCK.parse(raw)
        except ConstructError:
            return
        if fields.opcode == ERROR:
            text = fields.data.partition(b"\0")[0].decode("utf-8", "replace")
            self._end(port, transfer, f"the client ended it: {text or f'error {fields.number}'}")
        # An ACK that came twice gets no block twice (RFC 1123, 4.2.3.1).
        elif fields.opcode == ACK and transfer.take_ack(fields.number):
            if transfer.is_done:
                self._end(port, transfer, "")
                return
            self._send(port, transfer)
            self._tell_of(transfer, "")

    def _send(self, port: int, transfer: Transfer) -> None:
        transfer.tries += 1
        transfer.again_s = self._clock() + transfer.retry_s
        self._wire.send(port, transfer.client, transfer.packet())

    def _end(self, port: int, transfer: Transfer, problem: str) -> None:
        self._drop(port)
        self._tell_of(transfer, problem)

    def _drop(self, port: int) -> None:
        del self._transfers[port]
        self._wire.close(port)

    def _tell_of(self, transfer: Transfer, problem: str) -> None:
        total = len(transfer.content)
        done = min(transfer.at * transfer.block_bytes, total)
        if transfer.is_done or problem or done < total:
            self._tell(Event(transfer.client[0], transfer.name, done, total, problem))

    def _tell(self, event: Event) -> None:
        self._on_event(event)
