# SPDX-License-Identifier: BSD-3-Clause
"""The command line: the group, and the commands boards, show and check."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import uk_board.cli
from uk_board.cli import Commands, group, main
from uk_board.facts.boards import board_folders, board_names

BAD = Path(__file__).parent / "bad" / "boards"
BOARDS = board_names(board_folders())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, arguments)


def spoken(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own."""
    command = [sys.executable, "-c", "from uk_board.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_every_file_beside_the_group_is_a_command() -> None:
    context = click.Context(group)
    assert {"boards", "show", "check", "build"} <= set(group.list_commands(context))
    for name in group.list_commands(context):
        assert isinstance(group.get_command(context, name), click.Command), name


def test_a_command_is_loaded_only_when_it_is_asked_for() -> None:
    script = (
        "import sys; from uk_board.cli import main\n"
        "try: main(['boards'])\n"
        "finally: print(*(n for n in sys.modules if n.startswith('uk_board.cli.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines()[-1].split() == ["uk_board.cli.options", "uk_board.cli.boards"]


def test_unknown_command_lists_the_known_ones_nearest_first() -> None:
    done = spoken("board")
    assert done.returncode == 2
    assert 'no command "board"; known: boards, ' in done.stderr
    assert done.stdout == ""


def test_no_command_shows_the_help() -> None:
    assert "Commands:" in run().output


def test_unknown_board_is_a_usage_error() -> None:
    done = spoken("show", "rpi44")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('uk-board: no board "rpi44"; known: rpi4, ')
    assert done.stderr.endswith("\ntry: uk-board boards\n")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["boards"], 0),
        (["--version"], 0),
        (["show"], 2),
        (["show", "rpi4", "--jsn"], 2),
        (["--boards", "/nowhere", "boards"], 2),
        (["--boards", str(BAD), "show", "wrong_type"], 1),
        (["check", "rpi4", "--dtb", "/nowhere.dtb"], 3),
    ],
)
def test_the_exit_status_says_what_went_wrong(
    arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == status
    shown = capsys.readouterr()
    assert bool(shown.err) == (status != 0)
    assert bool(shown.out) == (status == 0)


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A group whose only command is interrupted from the keyboard."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    command = click.Command("wait", callback=interrupt)
    monkeypatch.setattr(Commands, "list_commands", lambda *_: ["wait"])
    monkeypatch.setattr(Commands, "get_command", lambda *_: command)


@pytest.mark.usefixtures("interrupted")
def test_an_interrupt_from_the_keyboard_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["wait"])
    assert caught.value.code == uk_board.cli.INTERRUPTED == 130
    assert capsys.readouterr().err.strip() == "uk-board: interrupted"


def test_boards_lists_every_board_and_how_it_was_verified() -> None:
    lines = run("boards").output.splitlines()
    assert [line.split()[0] for line in lines[1:]] == BOARDS
    pine = next(line for line in lines if line.startswith("pine64"))
    assert "datasheet: boot" in pine
    assert "QEMU" not in pine


def test_boards_as_json() -> None:
    boards = json.loads(run("boards", "--json").output)
    assert [board["name"] for board in boards] == BOARDS
    assert all(board["verified"]["boot"] for board in boards)
    assert [board["emulator"] for board in boards if board["name"] == "rpi4"] == ["raspi4b"]


@pytest.mark.parametrize("name", BOARDS)
def test_show_says_every_address_in_hex(name: str) -> None:
    shown = run("show", name).output
    facts = json.loads(run("show", name, "--json").output)
    assert f"0x{facts['load_address']:x}" in shown
    for device in facts["devices"].values():
        for region in device["regions"].values():
            assert f"0x{region['base']:x}" in shown
            assert f"0x{region['size']:x}" in shown


def test_boards_of_a_further_folder_are_there_too(tmp_path: Path) -> None:
    (tmp_path / "soc").mkdir()
    shutil.copy(BAD / "soc" / "made-up.toml", tmp_path / "soc")
    (tmp_path / "mine.toml").write_text('soc = "made-up"\n')
    names = json.loads(run("--boards", str(tmp_path), "boards", "--json").output)
    assert sorted([*BOARDS, "mine"]) == [board["name"] for board in names]
    assert "Made up" in run("--boards", str(tmp_path), "show", "mine").output


def test_the_names_of_boards_complete() -> None:
    words = {"_UK_BOARD_COMPLETE": "bash_complete", "COMP_WORDS": "uk-board show rp"}
    done = subprocess.run(
        [sys.executable, "-c", "from uk_board.cli import main; main()"],
        env={**os.environ, **words, "COMP_CWORD": "2"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.split() == ["plain,rpi3", "plain,rpi4"]


def test_check_without_a_tree_checks_the_descriptor_alone() -> None:
    done = run("check", "rpi4")
    assert done.exit_code == 0
    assert "rpi4.toml: ok; " in done.output
    assert "bcm2711-rpi-4-b.dtb" in done.output


@pytest.fixture(scope="module")
def virt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    qemu = shutil.which("qemu-system-aarch64")
    if qemu is None:
        pytest.skip("qemu-system-aarch64 is not installed")
    file = tmp_path_factory.mktemp("virt") / "virt.dtb"
    options = ["-cpu", "cortex-a53", "-m", "128M", "-smp", "4", "-nic", "none"]
    command = [qemu, "-M", f"virt,dumpdtb={file}", *options]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return file


def test_check_of_the_right_tree_ends_well(virt: Path) -> None:
    done = run("check", "qemu-virt", "--dtb", str(virt))
    assert done.exit_code == 0
    assert " 0 differs" in done.output.splitlines()[-1]


def test_check_of_a_wrong_tree_says_what_differs_and_fails(virt: Path) -> None:
    done = run("check", "rpi4", "--dtb", str(virt), "--json")
    assert done.exit_code == 1
    findings = json.loads(done.output)["findings"][str(virt)]
    wrong = {finding["item"]: finding for finding in findings if finding["state"] == "differs"}
    assert wrong["core"]["ours"] == "arm,cortex-a72"
    assert wrong["core"]["theirs"] == "arm,cortex-a53"


def test_check_of_a_tree_that_is_cut_off_is_one_clear_line(virt: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.dtb"
    cut.write_bytes(virt.read_bytes()[:1000])
    done = spoken("check", "qemu-virt", "--dtb", str(cut))
    assert done.returncode == 1
    assert done.stderr == (
        f"uk-board: {cut}: is cut off: 1000 bytes are there; 1048576 are expected\n"
    )
