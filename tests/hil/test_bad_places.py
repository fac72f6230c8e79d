# SPDX-License-Identifier: BSD-3-Clause
"""What goes wrong with ports, relays and bench files: a verdict that names it, in seconds."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from deskboard import AdapterDesk, DeskBoard, ScriptedDesk, Send, pause
from ptyboard import until

from uk_board.desk import power
from uk_board.serial.portlock import PortLock, lock_folder

Inner = Callable[..., pytest.RunResult]
IsOn = Callable[[], bool]
MakeDesk = Callable[[type[ScriptedDesk], Callable[[Send, IsOn], None]], ScriptedDesk]

BOARD = "rpi4"
BANNER = b"uk-board: rpi4 cortex-a72 EL2 960 MiB\r\n"
BOOTS = """
    def test_boots(dut):
        dut.expect_exact("960 MiB")

    def test_boots_again(dut):
        dut.expect_exact("960 MiB")
"""
AWAITS = """
    def test_awaits(dut):
        dut.expect_exact("back again", timeout={seconds})
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[MakeDesk]:
    """Make a desk, and the bench file that says what hangs where."""
    made: list[DeskBoard] = []

    def make(
        kind: type[ScriptedDesk], script: Callable[[Send, IsOn], None], **more: bool
    ) -> ScriptedDesk:
        one = kind(tmp_path, script, **more)
        made.append(one)
        (tmp_path / "bench.toml").write_text(one.bench("left", BOARD))
        return one

    yield make
    for one in made:
        one.close()


def boots(say: Send, is_on: IsOn) -> None:
    say(BANNER)
    pause(is_on, 600)


def arguments(tmp_path: Path, *more: object) -> list[object]:
    return ["--board", BOARD, "--bench", tmp_path / "bench.toml", "--boot-timeout", 5, *more]


def test_an_adapter_that_comes_back_is_used_and_that_is_told(
    inner: Inner, desk: MakeDesk, tmp_path: Path
) -> None:
    def script(say: Send, is_on: IsOn) -> None:
        say(BANNER)
        pause(is_on, 0.3)
        made.unplug()
        pause(is_on, 0.5)
        made.plug()
        while is_on():
            made.say(b"back again\r\n")
            pause(is_on, 0.2)

    made = desk(AdapterDesk, script)
    source = AWAITS.format(seconds=60)
    result = inner(source, *arguments(tmp_path, "--report", tmp_path / "report"))
    result.assert_outcomes(passed=1)
    said = (tmp_path / "report/run.json").read_text()
    assert said.index("the port is gone; waiting for it") < said.index("the port is back")


def test_an_adapter_that_does_not_come_back_is_told_and_ends_the_rest(
    inner: Inner, desk: MakeDesk, tmp_path: Path
) -> None:
    def script(say: Send, is_on: IsOn) -> None:
        say(BANNER)
        pause(is_on, 0.3)
        made.unplug()

    made = desk(AdapterDesk, script)
    result = inner(AWAITS.format(seconds=2) + BOOTS, *arguments(tmp_path))
    result.assert_outcomes(failed=1, errors=2)
    result.stdout.fnmatch_lines_random(
        [
            f"*'back again' did not come: the console's port is gone: {made.node};*",
            f"*{made.node}: no such port*",
            "*so no test runs on it; the first cause:",
        ]
    )
    assert made.commands[-1] == "off"


def test_a_console_that_another_program_has_is_told_with_its_owner(
    inner: Inner, desk: MakeDesk, tmp_path: Path
) -> None:
    made = desk(AdapterDesk, boots)
    lock = PortLock(str(made.node.resolve()), "somebody", lock_folder())
    try:
        result = inner(BOOTS, *arguments(tmp_path))
    finally:
        lock.release()
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*is taken by process * of somebody; only one may read a console"])


def test_a_relay_that_fails_is_told_with_what_it_said(
    inner: Inner, desk: MakeDesk, tmp_path: Path
) -> None:
    desk(ScriptedDesk, boots, relay_fails=True)
    result = inner(BOOTS, *arguments(tmp_path))
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        [
            '*switch.py * on": ended with status 1; 0 is expected; it said: *no such channel',
            "*so no test runs on it; the first cause:",
        ]
    )


def goes_on(group: int) -> bool:
    """Tell whether anything of a process group still runs."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # proc(5): the name, in brackets, then state, parent, group
            state, _, found = file.read_text().rpartition(")")[2].split()[:3]
            if int(found) == group and state not in "ZX":
                return True
    return False


def test_a_relay_program_that_hangs_in_a_script_is_ended_and_told(
    inner: Inner, desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(power, "_DEADLINE_S", 1.0)
    made = desk(ScriptedDesk, boots)
    script = tmp_path / "script"
    hangs = f"on = \"sh -c 'echo $$ > {script}; sleep 3000; true'\""
    lines = made.bench("left", BOARD).splitlines()
    of_power = next(line for line in lines if line.startswith("power"))
    _, _, rest = of_power.partition(', off = "')
    (tmp_path / "bench.toml").write_text(
        "\n".join(lines).replace(of_power, f'power = {{ {hangs}, off = "{rest}')
    )
    result = inner(BOOTS, *arguments(tmp_path))
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        ["*sleep 3000; true'\": did not end within 1 s, and was ended", "*the first cause:"]
    )
    until(lambda: not goes_on(int(script.read_text())), "the script's own child is ended")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("pwoer = {}", "*bench.toml:*boards.left.pwoer: unknown key; known: power, *"),
        ('offers = ["netwrok"]', '*offers: "netwrok"*unknown; known: *network*'),
        ('offers = "network"', "*boards.left.offers: *a text; a list is expected"),
        ("address = 7", "*boards.left.address: *a whole number; a text is expected"),
    ],
)
def test_a_fault_in_the_bench_file_is_told_and_nothing_runs(
    inner: Inner, desk: MakeDesk, tmp_path: Path, line: str, says: str
) -> None:
    made = desk(ScriptedDesk, boots)
    (tmp_path / "bench.toml").write_text(made.bench("left", BOARD, line))
    result = inner(BOOTS, *arguments(tmp_path))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([says])
    assert made.commands == []
