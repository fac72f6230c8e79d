# SPDX-License-Identifier: BSD-3-Clause
"""What comes back is noticed: by events where there are any, and by looking again anyway."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from uk_board.serial.hotplug import Hotplug

UEVENT = Path("/sys/class/tty/ttyS0/uevent")
# Much longer than an event takes, and any machine is held up.
PERIOD_S = 60.0


def test_an_event_of_the_kernel_ends_the_wait() -> None:
    pytest.importorskip("pyudev")
    hotplug = Hotplug(threading.Event(), PERIOD_S)
    try:
        with UEVENT.open("w") as file:
            file.write("change")
    except OSError:
        pytest.skip("needs root, and a ttyS0 to make an event of")
    begin_s = time.monotonic()
    assert hotplug.wait()
    assert time.monotonic() - begin_s < PERIOD_S / 2


def test_without_pyudev_it_looks_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyudev", None)
    stop = threading.Event()
    hotplug = Hotplug(stop, 0.01)
    assert hotplug.wait()
    stop.set()
    assert not hotplug.wait()


def test_rfc2217_without_pyserial_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from uk_board.errors import MissingError
    from uk_board.serial.netport import Rfc2217Port

    monkeypatch.setitem(sys.modules, "serial", None)
    with pytest.raises(MissingError, match=r"try: pip install 'uk-board\[console\]'"):
        Rfc2217Port("rfc2217://127.0.0.1:1", 9600)
