# SPDX-License-Identifier: BSD-3-Clause
"""Faults that are planted in our own sources are found, each by a test that names it.

Each is one change to a C file of a copy of this tree; the image is built from that copy, and
the tests of hil-tests run on it as on any other. Those that take longer run by
UK_BOARD_FAULTS=all.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from uk_board.tree import tree

COPIED = ("apps", "boards", "drivers", "flash", "hil-tests", "shim", "uk_board", "unikraft-port")
ALL = os.environ.get("UK_BOARD_FAULTS") == "all"
DEADLINE_S = 900


@dataclass(frozen=True)
class Fault:
    """A change to a file, the tests that it is run against, and what the one that finds it says."""

    board: str
    file: str
    before: str
    after: str
    tests: str
    found_by: str
    says: str


FAULTS = {
    "wrong byte on the console": Fault(
        "qemu-virt",
        "unikraft-port/soc/pl011/pl011.c",
        "ioreg_write32(&regs->dr, (__u8)c);",
        "ioreg_write32(&regs->dr, c == '~' ? '^' : (__u8)c);",
        "test_console.py",
        "test_a_line_that_is_sent_is_received",
        r"'ECHO \{\[\(~!\)\]\}' did not come",
    ),
    "lost interrupt": Fault(
        "qemu-virt",
        "unikraft-port/soc/pl011/pl011.c",
        "\telse\n\t\tpl011_drain(&dev->port);",
        "\telse {\n\t\tpl011_drain(&dev->port);\n\t\tioreg_write32(&regs->imsc, 0);\n\t}",
        "test_console.py",
        "test_more_than_the_receive_fifo_holds_arrives_whole",
        "did not come: not within",
    ),
    "wrong time": Fault(
        "qemu-virt",
        "unikraft-port/core/time.c",
        "/ SYSREG_READ64(cntfrq_el0);",
        "/ SYSREG_READ64(cntfrq_el0) * 11 / 10;",
        "test_timer.py",
        "test_the_clock_runs_as_fast_as_this_machines",
        "assert .* <= ",
    ),
    "slow boot": Fault(
        "qemu-virt",
        "unikraft-port/core/main.c",
        "\trun_initcalls(&args);\n",
        "\trun_initcalls(&args);\n\twhile (ukplat_monotonic_clock() < 300000000)\n\t\t;\n",
        "test_boot.py",
        "test_the_program_begins_within_100_ms_of_the_core",
        "assert 3000?[0-9]* < 100000",
    ),
    "crash": Fault(
        "qemu-virt",
        "unikraft-port/core/fp.c",
        "if (!self || !self->ectx)",
        "if (!self || !self->ectx || ukplat_fp_owner)",
        "test_core.py",
        "test_every_case_of_the_self_test_passes",
        "did not come: the image crashed",
    ),
    "leak": Fault(
        "qemu-virt",
        "shim/freertos/heap.c",
        "\tuk_free(a, memory);\n",
        "\tif (heap.frees & 1)\n\t\tuk_free(a, memory);\n",
        "test_conformance.py",
        r"test_the_case_passes\[qemu-virt-queue\.",
        "leaks: the heap is not as it was",
    ),
    "hang": Fault(
        "qemu-virt",
        "shim/freertos/semaphore.c",
        "\tholder->mutexes_held--;\n",
        "\tholder->mutexes_held--;\n"
        "\twhile (*(volatile unsigned int *)&holder->mutexes_held)\n\t\t;\n",
        "test_conformance.py",
        r"test_the_case_passes\[qemu-virt-mutex\.",
        r'the run did not end; last: "T,mutex\.',
    ),
    "lost network frame": Fault(
        "qemu-virt",
        "drivers/net/virtio_net/virtio_net.c",
        "\tdev->net.user->received(&dev->net, frame);\n",
        "\tif (dev->net.counters.rx_frames % 8)\n"
        "\t\tdev->net.user->received(&dev->net, frame);\n"
        "\telse\n\t\tdev->net.user->frame_give(&dev->net, frame);\n",
        "test_network.py::test_datagrams_of_every_size_come_back_as_they_were",
        "test_datagrams_of_every_size_come_back_as_they_were",
        "TimeoutError",
    ),
    "wrong reading": Fault(
        "rpi4",
        "drivers/sensor/tmp105/tmp105.c",
        "steps = (int16_t)(data[0] << 8 | data[1]);",
        "steps = (uint16_t)(data[0] << 8 | data[1]);",
        "test_sensor.py",
        "test_the_reading_follows_the_temperature",
        r"temperature: 245\.500 C",
    ),
    "stuck watchdog": Fault(
        "rpi3",
        "drivers/watchdog/bcm2835_wdt/bcm2835_wdt.c",
        "rstc | BCM2835_WDT_RSTC_FULL_RESET",
        "rstc",
        "test_soc.py",
        "test_the_watchdog_resets_the_board",
        "did not bite|assert 1 == 0",
    ),
}
# One image serves all of these; the others are built and run by hand.
QUICK = ("wrong byte on the console", "slow boot")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this tree that may be changed; what it builds is in it."""
    folder = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(tree() / name, folder / name, ignore=ignored)
    shutil.copy(tree() / "pyproject.toml", folder)
    (folder / "tests").mkdir()
    return folder


@contextmanager
def planted(copy: Path, fault: Fault) -> Iterator[None]:
    file = copy / fault.file
    text = file.read_text()
    assert text.count(fault.before) == 1, f"{fault.file} was changed; plant the fault anew"
    file.write_text(text.replace(fault.before, fault.after))
    try:
        yield
    finally:
        file.write_text(text)


def run_tests(copy: Path, board: str, *tests: str) -> str:
    """Run tests of hil-tests on what the copy builds; return what pytest said."""
    files = [str(copy / "hil-tests" / test) for test in tests]
    options = ["-p", "no:pytest_embedded", "-p", "no:cacheprovider", "-rA", "--tb=short"]
    environ = os.environ | {
        "PYTHONPATH": str(copy),
        "UK_BOARD_CONFORMANCE_S": "60",
        "XDG_CONFIG_HOME": str(copy / "config"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--board", board, *files],
        cwd=copy,
        env=environ,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.timeout(DEADLINE_S)
def test_without_a_fault_all_of_them_pass(copy: Path) -> None:
    chosen = [FAULTS[name] for name in (FAULTS if ALL else QUICK)]
    for board in sorted({fault.board for fault in chosen}):
        said = run_tests(copy, board, *sorted({f.tests for f in chosen if f.board == board}))
        assert re.search(r"=+ \d+ passed(, \d+ skipped)? in", said), said
        assert str(copy) in said


@pytest.mark.timeout(DEADLINE_S)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=[]
            if name in QUICK
            else pytest.mark.skipif(not ALL, reason="UK_BOARD_FAULTS=all"),
        )
        for name in FAULTS
    ],
)
def test_the_fault_is_found_by_a_test_that_names_it(name: str, copy: Path) -> None:
    fault = FAULTS[name]
    with planted(copy, fault):
        said = run_tests(copy, fault.board, fault.tests)
    assert re.search(rf"^(FAILED|ERROR) \S*{fault.found_by}", said, re.MULTILINE), said
    assert re.search(fault.says, said), said
