# SPDX-License-Identifier: BSD-3-Clause
"""Methods of `uk-board flash`: one file adds one, with its options."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from enginecopy import ROOT, copy_engine

from uk_board.desk.benchfile import Place
from uk_board.errors import DescriptorError, UkBoardError, UsageError
from uk_board.flasher import Option, choose, load_methods, take_options
from uk_board.tree import tree

PIGEON = """\
from pathlib import Path
from uk_board.flasher import Option, Plan, Trait
CAPTION = "a pigeon carries the card"
VERIFIED = "model: a made-up pigeon"
TRAITS = frozenset({Trait.STARTS_BOARD})
OPTIONS = (
    Option("pigeon", "Its name.", "NAME", needed=True, bench=lambda place: place.probe),
    Option("wing-beats", "How often it beats.", "COUNT", int),
    Option("hungry", "Feed it first."),
    Option("device", "Where it lands.", "ROOF", Path),
)
def plan(job):
    return Plan((f"{job.option('pigeon')} flies to {job.option('device')}",))
def run(job, plan):
    return f"{job.option('wing_beats')!r} beats, hungry: {job.option('hungry')}, {plan.steps[0]}"
"""


@dataclass
class Engine:
    """A uk-board with methods of one's own."""

    folder: Path
    environ: dict[str, str]

    def method(self, name: str, text: str) -> None:
        (self.folder / "flash" / f"{name}.py").write_text(text)

    def flash(self, *arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-c", "from uk_board.cli import main; main()", "flash"]
        done = subprocess.run(
            [*command, *arguments],
            env=os.environ | self.environ,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("engine")
    return Engine(folder, copy_engine(folder))


@pytest.fixture
def engine(copied: Engine) -> Iterator[Engine]:
    there = set((copied.folder / "flash").glob("*.py"))
    yield copied
    for file in set((copied.folder / "flash").glob("*.py")) - there:
        file.unlink()


def test_one_file_adds_a_method_and_its_options(engine: Engine) -> None:
    engine.method("pigeon", PIGEON)
    via = ("rpi4", "--via", "pigeon", "--device", "/roof")
    status, said = engine.flash(*via, "--pigeon", "Erna", "--wing-beats", "7", "--hungry")
    assert (status, said.splitlines()[0]) == (0, "7 beats, hungry: True, Erna flies to /roof")
    assert said.splitlines()[2:] == ["2. Erna flies to /roof"]
    assert engine.flash(*via) == (
        2,
        "uk-board: --pigeon: is missing, and the bench file does not say it;"
        " NAME is expected: Its name.\n",
    )
    status, said = engine.flash(*via, "--pigeon", "Erna", "--wing-beats", "many")
    assert (status, '--wing-beats: "many" is no COUNT' in said) == (2, True)


def test_help_has_each_methods_options_with_the_method(engine: Engine) -> None:
    engine.method("pigeon", PIGEON)
    status, said = engine.flash("--help")
    pigeon = said.split("--via pigeon:")[1].split("--via ")[0]
    assert status == 0
    for text in ("a pigeon carries", "made-up", "--wing-beats COUNT", "--device ROOF", "--hungry"):
        assert text in pigeon
    assert "--delta" not in pigeon
    assert "--delta" in said.split("--via sdcard:")[1].split("--via ")[0]


def test_the_bench_file_gives_what_the_user_does_not(engine: Engine) -> None:
    engine.method("pigeon", PIGEON)
    bench = '[boards.left]\nboard = "rpi4"\nflash = "pigeon"\nprobe = "Else"\n'
    (engine.folder / "bench.toml").write_text(bench)
    build = f"1. build hello for rpi4: {engine.folder / 'build/rpi4/hello/kernel8.img'}\n"
    assert engine.flash("left", "--dry-run")[1] == f"{build}2. Else flies to None\n"
    said = engine.flash("left", "--dry-run", "--pigeon", "Erna")[1]
    assert said == f"{build}2. Erna flies to None\n"
    (engine.folder / "bench.toml").unlink()


def test_an_option_of_another_method_is_refused_and_told_whose_it_is(engine: Engine) -> None:
    status, said = engine.flash("rpi4", "--via", "netboot", "--transfer-baud", "9600")
    assert status == 2
    assert said == (
        "uk-board: --transfer-baud: is an option of uart; the method is netboot,"
        " which takes --interface, --proxy, --serial\ntry: --via uart\n"
    )


BROKEN = {
    "a": ("import no_such_module\n", "cannot be loaded: ModuleNotFoundError"),
    "b": ("1 +\n", "cannot be loaded: SyntaxError"),
    "c": ("CAPTION = 'x'\n", "lacks VERIFIED, TRAITS, OPTIONS, plan, run"),
}


def test_broken_methods_break_no_other(engine: Engine) -> None:
    for name, (text, _) in BROKEN.items():
        engine.method(name, text)
    methods = load_methods(engine.folder)
    for name, (_, said) in BROKEN.items():
        with pytest.raises(DescriptorError, match=f"flash/{name}.py: {said}"):
            choose(name, methods)
    shown = " ".join(engine.flash("--help")[1].split())
    assert all(said in shown for _, said in BROKEN.values())
    status, message = engine.flash("rpi4", "--via", "netboot")
    assert (status, "--interface: is missing; NAME is expected" in message) == (2, True)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ('Option("app", "Mine.", "APP")', "--app: is the command's own"),
        ('Option("delta", "A number.", "N")', "--delta: takes a value in one of"),
    ],
)
def test_options_that_cannot_be_told_apart_are_an_error(
    engine: Engine, option: str, said: str
) -> None:
    engine.method("zz", PIGEON.replace('Option("hungry", "Feed it first.")', option))
    status, message = engine.flash("rpi4", "--via", "netboot")
    assert (status, f"flash/zz.py: {said}" in message) == (1, True)


def test_the_list_of_commands_reads_no_method(engine: Engine) -> None:
    engine.method("loud", "raise SystemExit('read')\n")
    done = subprocess.run(
        [sys.executable, "-c", "from uk_board.cli import main; main()", "--help"],
        env=os.environ | engine.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, "flash" in done.stdout) == (0, True)


def test_every_method_of_ours_fulfils_the_contract() -> None:
    methods = load_methods(tree())
    assert {"sdcard", "uart", "netboot", "usbboot"} <= set(methods)
    for name, method in methods.items():
        assert not isinstance(method, UkBoardError), method
        assert all(isinstance(option, Option) for option in method.OPTIONS), name
        assert method.VERIFIED.split(":")[0].split()[0] in {
            "qemu",
            "model",
            "datasheet",
            "hardware",
        }


def test_options_of_the_bench_file_are_its_methods_and_the_user_has_the_last_word() -> None:
    methods = load_methods(tree())
    place = Place("left", flash="sdcard", flash_options={"device": "/dev/sdz", "delta": True})
    taken = take_options("sdcard", methods, {"device": "/dev/sdy"}, place)
    assert taken == {"device": Path("/dev/sdy"), "force": None, "delta": True}
    assert set(take_options("usbboot", methods, {}, place).values()) == {None}
    wrong = Place("left", flash="sdcard", flash_options={"transfer-baud": "9600"})
    with pytest.raises(UsageError, match="--transfer-baud: is an option of uart; the method is"):
        take_options("sdcard", methods, {}, wrong)


def test_a_library_takes_options_without_a_command_line() -> None:
    methods = load_methods(tree())
    place = Place("left", reader=None)
    taken = take_options("sdcard", methods, {"device": "/dev/sdz", "delta": True}, place)
    assert taken == {"device": Path("/dev/sdz"), "force": None, "delta": True}
    with pytest.raises(UsageError, match=r"--via: no method \"sdcart\"; known: sdcard"):
        take_options("sdcart", methods, {}, place)


def test_the_docs_have_each_method_as_it_says_of_itself_and_its_options() -> None:
    text = (ROOT / "docs/flashing.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    found = load_methods(tree())
    methods = {name: choose(name, found) for name in found}
    assert rows == [f"| `{n}` | {m.CAPTION} | {m.VERIFIED} |" for n, m in methods.items()]
    sections = re.split(r"(?m)^## ", text)[1:]
    for name, method in methods.items():
        (section,) = (each for each in sections if f"`{name}`" in each.splitlines()[0])
        assert [option.flag for option in method.OPTIONS if option.flag not in section] == [], name


def test_what_a_method_does_not_take_is_refused(engine: Engine) -> None:
    (engine.folder / "sd.img").write_bytes(bytes(512))
    via = ("rpi4", "--dry-run", "--via", "uart", "--port", "emulator")
    assert engine.flash(*via, "--medium", "sd.img") == (
        2,
        "uk-board: --medium: is for methods that take an SD image; uart takes the board's image"
        " alone\ntry: --image FILE\n",
    )
    via = ("rpi4", "--dry-run", "--via", "jtag")
    assert engine.flash(*via, "--append", "a")[1].startswith("uk-board: --append: nothing passes")
    via = ("rpi4", "--dry-run", "--via", "command", "--command", "x")
    status, said = engine.flash(*via, "--medium", "sd.img", "--append", "a")
    assert (status, "--append: does not go with --medium" in said) == (2, True)
    status, said = engine.flash(*via, "--medium", "none")
    assert (status, said) == (3, "uk-board: none: no such SD image\n")


def test_a_board_that_boots_from_no_card_is_not_flashed_to_one(engine: Engine) -> None:
    status, said = engine.flash("qemu-virt", "--dry-run")
    assert (status, "qemu-virt: boots from no card, and the bench" in said) == (2, True)
