# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board doctor` on machines that lack something."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from uk_board import doctor
from uk_board.cli.doctor import command
from uk_board.doctor import Finding, examine, first_version

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = {
    "qemu-system-aarch64": "QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2+deb13u1~bpo12+1)\n",
    "aarch64-linux-gnu-gcc": "12.2.0\n",
    "aarch64-linux-gnu-objcopy": "GNU objcopy (GNU Binutils for Debian) 2.40\nCopyright 2023\n",
    "aarch64-linux-gnu-addr2line": "GNU addr2line (GNU Binutils for Debian) 2.40\n",
    "gdb-multiarch": "GNU gdb (Debian 13.1-3) 13.1\n",
    "dtc": "Version: DTC 1.6.1\n",
    "ninja": "1.13.2.git.kitware.jobserver-pipe-1\n",
}


def findings(**changed: str | None) -> dict[str, Finding]:
    """Examine a machine with ANSWERS, changed; keys with _ for -, None: not there."""
    answers: dict[str, str | None] = dict(ANSWERS)
    for name, answer in changed.items():
        answers[name.replace("_", "-")] = answer
    packages = dict.fromkeys(
        (
            "cffi",
            "click",
            "construct",
            "pyelftools",
            "pycparser",
            "rich",
            "tree-sitter",
            "tree-sitter-c",
        ),
        "99",
    )
    packages |= dict.fromkeys(("pytest", "pytest-embedded", "pytest-timeout", "qemu.qmp"), "99")
    found = examine(
        which=lambda name: name if answers.get(name) is not None else None,
        ask=lambda command: str(answers[Path(command[0]).name]),
        version_of=packages.get,
    )
    return {finding.name: finding for finding in found}


def test_a_complete_machine_has_nothing_that_hinders() -> None:
    found = findings()
    assert [finding for finding in found.values() if finding.hinders] == []
    assert found["qemu-system-aarch64"].found == "10.0.2"
    assert found["aarch64-linux-gnu-addr2line"].found == "2.40"


def test_an_old_qemu_says_what_is_needed_and_what_to_install() -> None:
    qemu = findings(qemu_system_aarch64="QEMU emulator version 7.2.15 (Debian 1:7.2+dfsg)\n")[
        "qemu-system-aarch64"
    ]
    assert (qemu.state, qemu.found, qemu.needed) == ("too old", "7.2.15", ">= 9.0")
    assert qemu.advice == "apt-get install qemu-system-arm"


def test_a_missing_compiler_names_debians_package() -> None:
    gcc = findings(aarch64_linux_gnu_gcc=None)["aarch64-linux-gnu-gcc"]
    assert gcc.hinders
    assert gcc.advice == "apt-get install gcc-aarch64-linux-gnu"


def test_a_missing_optional_tool_does_not_hinder() -> None:
    found = findings(dtc=None)
    assert found["dtc"].state == "optional"
    assert found["pyocd"].advice.endswith("/bin/pip install pyocd")
    assert not any(finding.hinders for finding in found.values())


def test_a_program_that_does_not_run_is_missing() -> None:
    def refuse(command: list[str]) -> str:
        if "qemu" in command[0]:
            raise OSError(8, "Exec format error")
        return ANSWERS[Path(command[0]).name]

    found = examine(which=lambda name: name, ask=refuse, version_of=lambda _: "99")
    qemu = next(finding for finding in found if finding.name == "qemu-system-aarch64")
    assert qemu.state == "missing"
    assert "Exec format error" in qemu.advice


def test_a_tool_that_tells_no_version_is_too_old_and_unknown() -> None:
    gcc = findings(aarch64_linux_gnu_gcc="\n")["aarch64-linux-gnu-gcc"]
    assert (gcc.state, gcc.found) == ("too old", "unknown")


@pytest.mark.parametrize(
    ("answer", "version"),
    [("Version: DTC 1.6.1", "1.6.1"), ("12\n", "12"), ("", ""), ("tool (pkg 3.4) unknown", "3.4")],
)
def test_first_version_reads_what_programs_say(answer: str, version: str) -> None:
    assert first_version(answer) == version


def test_exit_status_3_when_something_needed_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSS_COMPILE", "no-such-prefix-")
    done = CliRunner().invoke(command, ["--json"])
    assert done.exit_code == 3
    states = {row["name"]: row["state"] for row in json.loads(done.output)}
    assert states["no-such-prefix-gcc"] == "missing"


def test_the_table_shows_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uk_board.cli.doctor.examine", lambda: list(findings().values()))
    done = CliRunner().invoke(command, [])
    row = next(line for line in done.output.splitlines() if line.startswith("pyocd"))
    assert row.rstrip().endswith("/bin/pip install pyocd")
    assert done.exit_code == 0


def test_doctor_and_pyproject_ask_for_the_same_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["dtb"], *extras["desk"], *extras["console"]]
    asked.remove("uk-board[console]")
    known = {package.name: package.needed for package in doctor.PACKAGES} | {"ninja": doctor.NINJA}
    for requirement in asked:
        name, least = re.split(r">=", requirement)
        text = ".".join(map(str, known.pop(name)))
        assert least.removesuffix(".0") == text.removesuffix(".0"), name
    assert known == {}
