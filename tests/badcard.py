# SPDX-License-Identifier: BSD-3-Clause
"""A card that fails, as the kernel would tell it: beneath uk_board.disk.target.Target."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

PAGE = 4096


def error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


class BadCard:
    """A card of `claimed` bytes, of which `real` are there; what is above vanishes or wraps.

    `fail` is asked before every call, with the name and the number of the call, and may raise.
    `keep` says whether a write at an offset stays.
    """

    def __init__(
        self,
        claimed: int,
        real: int | None = None,
        *,
        wraps: bool = False,
        fail: Callable[[str, int], None] = lambda call, number: None,
        keep: Callable[[int], bool] = lambda offset: True,
        filled: int = 0x5A,
    ) -> None:
        self.claimed, self.real, self.wraps = claimed, real or claimed, wraps
        self.fail, self.keep = fail, keep
        self.pages: dict[int, bytes] = {}
        self.filled = bytes([filled]) * PAGE
        self.calls = 0
        self.opened = 0

    def _count(self, call: str) -> None:
        self.calls += 1
        self.fail(call, self.calls)

    def page(self, offset: int) -> bytes:
        """What is on the card."""
        if offset >= self.real and not self.wraps:
            return bytes(PAGE)
        return self.pages.get(offset % self.real, self.filled)

    def boots(self) -> bool:
        """Whether a boot loader finds anything where it looks first."""
        return any(any(self.page(key)[:512]) for key in (0, 8 << 10, 128 << 10))

    def content(self, offset: int, size: int) -> bytes:
        start = offset // PAGE * PAGE
        raw = b"".join(self.page(at) for at in range(start, offset + size, PAGE))
        return raw[offset - start :][:size]

    # ---- the kernel's calls ----

    def open(self, path: Path, flags: int) -> None:
        self._count("open")
        assert flags & os.O_EXCL
        self.opened += 1

    def pwrite(self, data: memoryview, offset: int) -> int:
        self._count("pwrite")
        assert not offset % PAGE
        # As a kernel may: not all at once.
        data = data[: 256 << 10]
        for at in range(0, len(data), PAGE):
            place = offset + at
            if (place < self.real or self.wraps) and self.keep(place):
                self.pages[place % self.real] = bytes(data[at : at + PAGE])
        return len(data)

    def preadv(self, into: memoryview, offset: int) -> int:
        self._count("preadv")
        count = max(0, min(len(into), self.claimed - offset))
        for at in range(0, count, PAGE):
            into[at : at + PAGE] = self.page(offset + at)[: count - at]
        return count

    def forget(self, offset: int, size: int) -> None:
        self._count("forget")

    def fsync(self) -> None:
        self._count("fsync")

    def size(self) -> int:
        return self.claimed

    def close(self) -> None:
        self.opened -= 1
        self._count("close")
