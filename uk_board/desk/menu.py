# SPDX-License-Identifier: BSD-3-Clause
"""What Ctrl-] and one more key do at a console; all other keys go to the board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from uk_board.terminal import END_KEY, END_KEY_NAME

_ENTER, _ERASE, _CANCEL = (b"\r", b"\n"), (b"\x7f", b"\x08"), (b"\x1b", b"\x03", END_KEY)


@dataclass(frozen=True)
class Item:
    """A key of the menu; `ask` is what the user is asked for first, if anything."""

    key: bytes
    word: str
    caption: str
    act: Callable[[str], None]
    ask: str = ""


class Menu:
    """Sort out keys: `send` gets those for the board, `show` what the user shall see.

    After Ctrl-] a key chooses an item, and `keys_bar` shows which there are until one is
    chosen; Ctrl-] twice sends one. While `is_busy` nothing reaches the board, and Ctrl-]
    calls `cancel`.
    """

    def __init__(
        self,
        items: Sequence[Item],
        send: Callable[[bytes], None],
        show: Callable[[str], None],
        *,
        keys_bar: Callable[[str], None] = lambda text: None,
        is_busy: Callable[[], bool] = lambda: False,
        cancel: Callable[[], None] = lambda: None,
    ) -> None:
        self._items = {item.key: item for item in items}
        self._send = send
        self._show = show
        self._keys_bar = keys_bar
        self._is_busy = is_busy
        self._cancel = cancel
        self._chosen: Item | None = None
        self._in_menu = False
        self._answer = bytearray()

    def feed(self, keys: bytes) -> None:
        """Take what was typed."""
        while keys:
            if self._is_busy():
                if END_KEY in keys:
                    self._cancel()
                return
            if self._chosen is not None:
                self._ask(self._chosen, keys[:1])
                keys = keys[1:]
            elif self._in_menu:
                self._choose(keys[:1])
                keys = keys[1:]
            else:
                before, menu_key, keys = keys.partition(END_KEY)
                if before:
                    self._send(before)
                self._in_menu = bool(menu_key)
                if self._in_menu and not keys:
                    self._keys_bar(self.bar())

    def _choose(self, key: bytes) -> None:
        self._in_menu = False
        self._keys_bar("")
        item = self._items.get(key.lower())
        if key == END_KEY:
            self._send(key)
        elif item is None:
            self._show(self.help())
        elif item.ask:
            self._chosen = item
            self._show(f"\r\n{item.ask}: ")
        else:
            item.act("")

    def bar(self) -> str:
        """Return the keys and what they do in a word, for one line."""
        items = [f"{item.key.decode()} {item.word}" for item in self._items.values()]
        return ", ".join([*items, "? help"])

    def _ask(self, item: Item, key: bytes) -> None:
        if key in _ENTER or key in _CANCEL:
            answer = bytes(self._answer).decode("utf-8", "replace").strip()
            self._answer.clear()
            self._chosen = None
            self._show("\r\n")
            if answer and key in _ENTER:
                item.act(answer)
        elif key in _ERASE:
            if self._answer:
                self._answer.pop()
                self._show("\b \b")
        else:
            self._answer += key
            self._show(key.decode("utf-8", "replace"))

    def help(self) -> str:
        """Return what there is, for the screen."""
        rows = [(item.key.decode(), item.caption) for item in self._items.values()]
        rows += [(END_KEY_NAME, f"send {END_KEY_NAME} itself"), ("?", "this list")]
        return "\r\n" + "".join(f"  {END_KEY_NAME} {key:<7} {what}\r\n" for key, what in rows)
