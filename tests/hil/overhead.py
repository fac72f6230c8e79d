# SPDX-License-Identifier: BSD-3-Clause
"""What the harness itself takes: per test on a board that stays booted, and while it waits.

    .venv/bin/python tests/hil/overhead.py [BOARD]

Times are of this process, without QEMU: CPU, and wall beside it, which other work makes longer.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import pytest

COUNT = 50
WAIT_S = 20.0
# What a waiting harness may use of a core, and a test may take.
MOST_OF_A_CORE = 0.02
MOST_S = 0.3

TESTS = f"""
    import pytest
    import pexpect

    pytestmark = [
        pytest.mark.app("selftest"),
        pytest.mark.boot_arguments("echo"),
        pytest.mark.shared_boot("ECHO ready"),
    ]

    @pytest.mark.parametrize("number", range({COUNT}))
    def test_echo(dut, number):
        dut.write_line(f"line {{number}}")
        dut.expect_exact(f"ECHO line {{number}}")

    def test_waits(dut):
        with pytest.raises(pexpect.TIMEOUT):
            dut.expect("what never comes", timeout={WAIT_S})
"""


class Clock:
    """Takes the time of each test, and of its call alone."""

    def __init__(self) -> None:
        self.tests: dict[str, tuple[float, float]] = {}
        self.calls: dict[str, tuple[float, float]] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> object:
        begin = (time.process_time(), time.monotonic())
        yield
        self.tests[item.name] = since(begin)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> object:
        begin = (time.process_time(), time.monotonic())
        yield
        self.calls[item.name] = since(begin)


def since(begin: tuple[float, float]) -> tuple[float, float]:
    return time.process_time() - begin[0], time.monotonic() - begin[1]


def main() -> int:
    board = sys.argv[1] if len(sys.argv) > 1 else "qemu-virt"
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test_overhead.py"
        lines = (line.removeprefix("    ") for line in TESTS.splitlines())
        file.write_text("\n".join(lines))
        options = ["-q", "-p", "no:cacheprovider", "--board", board, "--on", "emulator"]
        status = pytest.main([*options, str(file)], [clock])
    if status:
        return int(status)
    # The first one boots the board, the last but one waits.
    names = [name for name in clock.tests if name.startswith("test_echo")][1:]
    spent = [[clock.tests[n][at] - clock.calls[n][at] for n in names] for at in (0, 1)]
    cpu_s, wall_s = (sum(part) / len(part) for part in spent)
    [waits] = [name for name in clock.calls if name.startswith("test_waits")]
    share = clock.calls[waits][0] / WAIT_S
    sys.stdout.write(f"overhead per test: {cpu_s * 1e3:.1f} ms CPU, {wall_s * 1e3:.1f} ms wall\n")
    sys.stdout.write(
        f"longest: {max(spent[0]) * 1e3:.1f} ms CPU, {max(spent[1]) * 1e3:.1f} ms wall\n"
    )
    sys.stdout.write(f"waiting for {WAIT_S:g} s: {share:.2%} of a core\n")
    return int(cpu_s > MOST_S or share > MOST_OF_A_CORE)


if __name__ == "__main__":
    sys.exit(main())
