# SPDX-License-Identifier: BSD-3-Clause
"""Stream and message buffers as tests use them."""

from __future__ import annotations

from typing import Any

from uk_board.shimhost import Call, Host, Puppet


class Buffer:
    """A buffer, and what tests do with it; `kind` is "Stream" or "Message"."""

    def __init__(self, host: Host, handle: Any, kind: str = "Stream") -> None:
        assert handle != host.ffi.NULL
        self.host, self.handle, self.kind = host, handle, kind
        self.into = host.new("char[4096]")

    def send(self, task: Puppet, data: bytes, ticks: int = 0) -> Call:
        memory = self.host.new("char[]", data)
        return task.call(f"x{self.kind}BufferSend", self.handle, memory, len(data), ticks)

    def receive(self, task: Puppet, most: int = 100, ticks: int = 0) -> Call:
        return task.call(f"x{self.kind}BufferReceive", self.handle, self.into, most, ticks)

    def got(self, call: Call) -> bytes:
        return bytes(self.host.ffi.buffer(self.into)[: call.result])

    def take(self, most: int = 100) -> bytes:
        """Receive at once."""
        return self.got(self.receive(self.host.main, most))

    def ask(self, name: str) -> Any:
        """Call an API that takes the buffer only."""
        return self.host.main(name, self.handle)


def stream(host: Host, size: int = 10, trigger: int = 1) -> Buffer:
    return Buffer(host, host.main("xStreamBufferCreate", size, trigger))


def batching(host: Host, size: int = 10, trigger: int = 4) -> Buffer:
    return Buffer(host, host.main("xStreamBatchingBufferCreate", size, trigger))


def static_stream(host: Host, size: int = 10, trigger: int = 1) -> Buffer:
    storage, memory = host.new("uint8_t[]", size + 1), host.new("StaticStreamBuffer_t *")
    made = host.main("xStreamBufferCreateStatic", size + 1, trigger, storage, memory)
    return Buffer(host, made)


def messages(host: Host, size: int = 30) -> Buffer:
    return Buffer(host, host.main("xMessageBufferCreate", size), "Message")


def static_messages(host: Host, size: int = 30) -> Buffer:
    storage, memory = host.new("uint8_t[]", size + 1), host.new("StaticMessageBuffer_t *")
    made = host.main("xMessageBufferCreateStatic", size + 1, storage, memory)
    return Buffer(host, made, "Message")
