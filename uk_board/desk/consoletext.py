# SPDX-License-Identifier: BSD-3-Clause
"""Console output for reading: lines with the time of their first byte, no escape sequences."""

from __future__ import annotations

import codecs
import re

# ECMA-48, 5.4: CSI; 5.6: OSC and the like, to BEL or ST; ISO/IEC 2022: the others.
# One pass, so that what is left out joins nothing: a sequence; one that may go on in the next
# piece; an ESC that begins none.
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-OQ-WYZ\\`-~])"
    r"|(\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)\Z)"
    r"|\x1b"
)
# Noise may begin a sequence that never ends: more than this is text.
_LONGEST = 256
# What does not print and is no line end; a tab is.
_CONTROL = dict.fromkeys((*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
_END = re.compile(r"[\r\n]")


class CleanText:
    """Turn pieces of output, as they come, into text without escape sequences."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    def feed(self, data: bytes) -> str:
        """Return what `data` adds; what may begin a sequence is held back until it is known."""
        text = self._held + self._decoder.decode(data)
        self._held = ""
        if "\x1b" in text:
            text = _ESCAPE.sub(self._hold, text)
        return text.translate(_CONTROL)

    def _hold(self, found: re.Match[str]) -> str:
        begun = found[1] or ""
        if len(begun) > _LONGEST:
            return begun
        self._held = begun
        return ""


class Stamper:
    """Put the time before each line, in seconds since `begin_s`: that of its first byte.

    Line ends are LF, CR LF, or a CR alone, after which a board writes anew.
    """

    def __init__(self, begin_s: float) -> None:
        self._begin_s = begin_s
        self._in_line = False
        self._after_cr = False

    def feed(self, text: str, time_s: float) -> str:
        """Return `text`, which came at `time_s`, with times and plain line ends."""
        stamp = f"[{time_s - self._begin_s:12.6f}] "
        plain = text.replace("\r\n", "\n")
        if "\r" in plain or self._after_cr:
            return self._feed_with_cr(text, stamp)
        first, *rest = plain.split("\n")
        begin = stamp if first or rest else ""
        begin = "" if self._in_line else begin
        ends_line = bool(rest) and not rest[-1]
        self._in_line = bool(rest[-1]) if rest else self._in_line or bool(first)
        lines = f"\n{stamp}".join((first, *(rest[:-1] if ends_line else rest)))
        return begin + lines + ("\n" if ends_line else "")

    def _feed_with_cr(self, text: str, stamp: str) -> str:
        out: list[str] = []
        at = 0
        while at < len(text):
            end = _END.search(text, at)
            stop = end.start() if end else len(text)
            if stop > at:
                out.append(text[at:stop] if self._in_line else stamp + text[at:stop])
                self._in_line, self._after_cr = True, False
            if end:
                out.append(self._end_line(end[0], stamp))
            at = stop + 1
        return "".join(out)

    def _end_line(self, end: str, stamp: str) -> str:
        if end == "\r":
            told = "\n" if self._in_line else ""
            self._after_cr = self._after_cr or self._in_line
        else:
            # The line that a CR has ended already is not ended again.
            told = "" if self._after_cr else "\n" if self._in_line else f"{stamp}\n"
            self._after_cr = False
        self._in_line = False
        return told
