# SPDX-License-Identifier: BSD-3-Clause
"""Flashing at the machine that a board hangs on: uk-board twice, and an `ssh` that is a script."""

from __future__ import annotations

import os
import random
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sshlab import Lab, arm64_image, loop_device

from uk_board import __version__
from uk_board.cli import group
from uk_board.desk.benchfile import Host, Place, host_problem, load_bench
from uk_board.disk.writer import Progress, data_spans
from uk_board.emulation.runner import Image
from uk_board.errors import BenchError, DescriptorError, MissingError, UkBoardError, UsageError
from uk_board.facts.boards import board_folders, load_board
from uk_board.flasher import Job, choose, load_methods
from uk_board.harness.flashing import PlaceFlash
from uk_board.media.layout import Contents, lay_out
from uk_board.media.medium import open_medium
from uk_board.packages.apt import MirrorError
from uk_board.remote import lines, ssh
from uk_board.remote.method import where_it_hangs
from uk_board.tree import tree

MIB = 1 << 20


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    found = Lab(tmp_path)
    found.hangs("command", f'command = "cp {{medium}} {tmp_path / "card"}"')
    monkeypatch.setenv("PATH", found.path)
    return found


@pytest.fixture
def medium(tmp_path: Path) -> Path:
    """An SD image; most of it is a hole."""
    file = tmp_path / "sd.img"
    files = {"kernel8.img": random.Random(1).randbytes(3 * MIB), "config.txt": b"arm_64bit=1\n"}
    lay_out(Contents(files, {}), 64 * MIB).write(file)
    return file


def job(medium: Path, **more: object) -> Job:
    board = load_board("rpi4", board_folders())
    return Job(board, medium, lambda: medium, build=lambda: medium, **more)


def flash(lab: Lab, medium: Path, name: str = "command", **more: object) -> str:
    method, wanted = lab.method(name), job(medium, **more)
    return method.run(wanted, method.plan(wanted))


def test_what_would_be_done_there_is_asked_there_and_nothing_is_sent(
    lab: Lab, medium: Path
) -> None:
    plan = lab.method("command").plan(job(medium))
    assert plan.steps == (
        "lab1: send it an SD image",
        f"lab1: run cp 'the SD image' {lab.folder}/card",
    )
    assert not (lab.folder / "card").exists()


def test_the_image_arrives_as_it_is_and_progress_is_told(lab: Lab, medium: Path) -> None:
    told: list[Progress] = []
    done = flash(lab, medium, on_progress=told.append)
    assert done.startswith("lab1: cp ")
    assert (lab.folder / "card").read_bytes() == medium.read_bytes()
    assert (told[-1].phase, told[-1].done) == ("send", told[-1].total)
    assert told[-1].total < 4 * MIB, "holes are not sent"
    assert list((lab.folder / "tmp").iterdir()) == [], "nothing is left there"


def test_a_card_there_is_written_read_back_and_its_progress_comes_here(
    lab: Lab, medium: Path
) -> None:
    card = lab.folder / "card"
    card.write_bytes(b"\x5a" * 64 * MIB)
    with loop_device(card) as device:
        lab.hangs("sdcard", f'device = "{device}", force = "{device}"')
        told: list[Progress] = []
        done = flash(lab, medium, "sdcard", on_progress=told.append)
        assert "bytes written and read back" in done
        assert {"send", "write", "verify"} <= {each.phase for each in told}
    with medium.open("rb") as stream, card.open("rb") as written:
        for span in data_spans(stream.fileno(), 64 * MIB):
            stream.seek(span.offset)
            written.seek(span.offset)
            assert stream.read(span.size) == written.read(span.size)
    assert card.read_bytes()[40 * MIB :][:MIB] == b"\x5a" * MIB, "a hole is not written"


def test_what_is_nobodys_card_is_refused_there_before_anything_is_sent(
    lab: Lab, medium: Path
) -> None:
    lab.hangs("sdcard", f'device = "{lab.folder}/tmp"')
    with pytest.raises(UkBoardError, match=r"^lab1: .*/tmp: is no block device"):
        flash(lab, medium, "sdcard")
    assert len(lab.asked) == 1, "asked for its plan, and for no more"


def test_boot_arguments_are_on_the_card_of_the_rack(lab: Lab, tmp_path: Path) -> None:
    """What `uk-board test --on place` does for a board with a card."""
    image = tmp_path / "kernel8.img"
    image.write_bytes(arm64_image(random.Random(2).randbytes(5000)))
    board = load_board("rpi4", board_folders())
    flash = PlaceFlash(board, lab.place("command"), board_folders())
    assert (flash.lacks_arguments(), flash.starts) == ("", False)
    try:
        done = flash(Image("hello", image), "say='a b' $(touch oops)", None)
    except (MirrorError, MissingError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"the test fetches firmware from Debian, and cannot: {error}")
    assert done.startswith("command: lab1: cp ")
    with open_medium(lab.folder / "card") as card:
        assert card.file("cmdline.txt") == b"say='a b' $(touch oops)\n"
        assert card.file("kernel8.img") == image.read_bytes()


def test_an_image_alone_and_its_arguments_arrive_too(lab: Lab, tmp_path: Path) -> None:
    out = tmp_path / "out"
    lab.hangs("command", f'command = "cp {{image}} {out}"')
    image = tmp_path / "kernel8.img"
    image.write_bytes(b"\0" * 4096)
    board = load_board("qemu-virt", board_folders())
    method = lab.method("command")
    lab.bench.write_text(lab.bench.read_text().replace("rpi4", "qemu-virt"))
    wanted = Job(board, image, lambda: image, build=lambda: image, arguments="one two")
    method.run(wanted, method.plan(wanted))
    assert out.read_bytes() == image.read_bytes()


def test_a_greeting_of_the_shell_there_is_no_answer(lab: Lab, medium: Path) -> None:
    lab.ssh(before='echo "Welcome"; echo "{}"; echo \'{"done": "nothing"}\'; echo hello >&2')
    assert flash(lab, medium).startswith("lab1: cp ")


SAYS = {
    "key": ("Host key verification failed.", 255),
    "changed": ("@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @", 255),
    "denied": ("me@lab1: Permission denied (publickey).", 255),
    "refused": ("ssh: connect to host lab1 port 22: Connection refused", 255),
    "gone": ("ssh: connect to host lab1 port 22: Connection timed out", 255),
    "old": ("Error: No such option: --stream", 2),
    "odd": ("Traceback: something", 1),
}


@pytest.mark.parametrize(
    ("what", "kind", "problem", "hint"),
    [
        ("key", BenchError, "does not know this machine's key", "ssh lab1, once and by hand"),
        ("changed", BenchError, "or knows another one: it is not trusted", "ssh lab1, once"),
        ("denied", BenchError, "not let in: me@lab1: Permission denied", "ssh-copy-id lab1"),
        ("refused", BenchError, "cannot be reached by ssh: .* Connection refused", "by hand"),
        ("gone", BenchError, "cannot be reached by ssh: .* timed out", "by hand"),
        ("old", MissingError, "has another uk-board, which cannot", f"install .* {__version__}"),
        ("odd", BenchError, "ended with status 1: Traceback: something", ""),
    ],
)
def test_each_way_in_which_ssh_fails_has_an_error_of_its_own(
    lab: Lab, medium: Path, what: str, kind: type[UkBoardError], problem: str, hint: str
) -> None:
    said, status = SAYS[what]
    lab.ssh(before=f"echo {shlex.quote(said)} >&2; exit {status}")
    with pytest.raises(kind, match=f"^lab1: .*{problem}(.|\n)*{hint}"):
        flash(lab, medium)


def test_a_host_that_nobody_knows_is_told_in_sshs_words(lab: Lab, medium: Path) -> None:
    place = Place("p", flash="command", host=Host("lab2"))
    method = choose("command", where_it_hangs("command", load_methods(tree()), place))
    with pytest.raises(BenchError, match=r"lab2: cannot be reached by ssh: .* not resolve"):
        method.plan(job(medium))


def test_without_ssh_it_is_told_what_is_missing(
    lab: Lab, medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(lab.folder / "there"))
    with pytest.raises(MissingError, match=r"^ssh: no such program.*\n.*openssh-client"):
        flash(lab, medium)


def test_without_uk_board_there_it_is_told_what_is_missing(lab: Lab, medium: Path) -> None:
    (lab.folder / "there-bin/uk-board").unlink()
    with pytest.raises(MissingError, match=r"lab1: has no uk-board .*not found\ntry: there: ln"):
        flash(lab, medium)


def test_another_version_there_is_refused_before_anything_is_sent(lab: Lab, medium: Path) -> None:
    lab.uk_board('#!/bin/sh\necho \'{"hello": "9.9.9"}\'\ncat > got\n')
    with pytest.raises(MissingError, match=rf"has uk-board 9.9.9, and here is {__version__}"):
        flash(lab, medium)


def test_a_disk_that_is_full_there_leaves_the_card_alone(lab: Lab, medium: Path) -> None:
    # Files of 512-byte blocks: its temporary file cannot become as large as the image.
    lab.ssh(before="ulimit -f 2000")
    with pytest.raises(BenchError, match=r"lab1: .*/uk-board-\w+: cannot take the image: "):
        flash(lab, medium)
    assert not (lab.folder / "card").exists()
    assert list((lab.folder / "tmp").iterdir()) == []


def test_a_command_that_fails_there_has_its_own_words(lab: Lab, medium: Path) -> None:
    lab.hangs("command", 'command = "ls /nowhere"')
    with pytest.raises(BenchError, match=r'^lab1: "ls /nowhere": ended with status 2; .*nowhere'):
        flash(lab, medium)


@pytest.mark.parametrize(
    ("after", "state"), [("", ssh.UNTOUCHED), ("echo '{\"took\": 1}';", ssh.UNKNOWN)]
)
def test_a_connection_that_breaks_says_what_the_card_may_be(
    lab: Lab, medium: Path, after: str, state: str
) -> None:
    hello = f'{{"hello": "{__version__}"}}'
    answer = f"""echo '{hello}'; case "$*" in *dry-run*)
        echo '{{"plan": {{"steps": [], "warning": []}}}}'; exit 0;; esac; {after} exit 255"""
    lab.uk_board(f"#!/bin/sh\n{answer}\n")
    with pytest.raises(BenchError, match=r"^lab1: the connection broke; ") as error:
        flash(lab, medium)
    assert error.value.problem.endswith(state)


def test_a_uk_board_there_that_is_silent_is_not_waited_for(lab: Lab) -> None:
    lab.uk_board("#!/bin/sh\nexec sleep 60\n")
    with (
        ssh.started("lab1", ["flash"], silent_s=0.3) as remote,
        pytest.raises(BenchError, match=r"lab1: uk-board there said nothing for 0.3 s; it had not"),
    ):
        list(remote.answers())
    assert remote.process.poll() is not None


def test_who_stops_listening_ends_what_runs_there(lab: Lab, medium: Path) -> None:
    """The client is killed: its answers go nowhere, and the other side notices."""
    lab.hangs("command", "command = \"sh -c 'sleep 1; : > begun'\"")
    with ssh.started("lab1", ["flash", "--stream", "--yes", "left"]) as remote:
        assert next(remote.answers())[0] == lines.HELLO
    assert remote.process.returncode is not None
    assert not (lab.folder / "there/begun").exists()


def test_a_bench_file_that_others_may_write_is_not_obeyed(lab: Lab, medium: Path) -> None:
    lab.bench.chmod(0o666)
    with pytest.raises(BenchError, match=r"^lab1: .*bench.toml: belongs to .* mode 666: others"):
        flash(lab, medium)


def test_a_place_that_is_not_on_that_bench_is_told(lab: Lab, medium: Path) -> None:
    place = lab.place("command", "right")
    method = choose("command", where_it_hangs("command", load_methods(tree()), place))
    with pytest.raises(UsageError, match=r"lab1: right: is not in .*bench.toml; known: left"):
        method.plan(job(medium))


def test_no_name_is_a_command_there(lab: Lab, medium: Path) -> None:
    name = "--help a; touch oops; $(touch oops) `touch oops`\ntouch oops & * '\"; touch oops"
    place = Place(name, flash="command", host=Host("lab1", f"/{name}", name))
    method = choose("command", where_it_hangs("command", load_methods(tree()), place))
    with pytest.raises(MissingError, match=r"lab1: (.|\n)*no such file"):
        method.plan(job(medium, options={"command": name}))
    assert list((lab.folder / "there").glob("oops")) == []
    words = shlex.split(ssh.command("lab1", ["flash", name])[-1])
    assert words == ["uk-board", "flash", name]


@pytest.mark.parametrize("host", ["-oProxyCommand=x", "", "a b", "a;b", "a\n", "$(x)"])
def test_what_ssh_would_take_for_something_else_is_no_host(host: str, tmp_path: Path) -> None:
    assert host_problem(Host(host)) is not None
    file = tmp_path / "bench.toml"
    file.write_text(f"[boards.a]\nhost = {{ ssh = {host!r} }}\n".replace("'", '"'))
    with pytest.raises(DescriptorError, match=r"boards\.a\.host|not TOML"):
        load_bench(file, {}, tmp_path)


def test_a_place_of_a_rack_without_a_host_says_what_tag_is_missing(lab: Lab) -> None:
    place = Place("p1", flash="sdcard", host=Host(""))
    with pytest.raises(UsageError, match=r"p1: sdcard works on the machine .*\n.*set-tags ssh="):
        where_it_hangs("sdcard", load_methods(tree()), place)


@pytest.mark.parametrize("name", ["uart", "emulated"])
def test_what_needs_nothing_of_that_machine_stays_here(name: str) -> None:
    methods = load_methods(tree())
    place = Place("p1", host=Host("lab1"))
    assert where_it_hangs(name, methods, place) is methods


def uk_board(*arguments: object) -> Result:
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


def test_a_bench_file_may_name_the_machine_of_a_board(lab: Lab, medium: Path) -> None:
    bench = lab.folder / "mine.toml"
    bench.write_text(
        '[boards.mine]\nboard = "rpi4"\nflash = "command"\n'
        f'host = {{ ssh = "lab1", bench = "{lab.bench}", place = "left" }}\n'
    )
    done = uk_board("flash", "mine", "--bench", bench, "--medium", medium, "--yes")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("lab1: cp ")
    assert (lab.folder / "card").read_bytes() == medium.read_bytes()
