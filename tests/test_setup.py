# SPDX-License-Identifier: BSD-3-Clause
"""scripts/setup on machines of every kind, each a folder of stand-in programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# The programs that scripts/setup may call on any machine, and its tests' stand-ins.
USED = ["awk", "cat", "cksum", "dirname", "env", "flock", "grep", "head", "mkdir", "rm", "sed"]
USED += ["sh", "sleep", "tail", "tee", "cp", "chmod"]
BOOKWORM_POLICY = """\
qemu-system-arm:
  Installed: (none)
  Candidate: 1:7.2+dfsg-7+deb12u18
  Version table:
     1:7.2+dfsg-7+deb12u18 500
        500 http://mirror.test/debian bookworm/main amd64 Packages
"""
BACKPORTS_ROWS = """\
     1:10.0.2+ds-2+deb13u1~bpo12+1 100
        100 http://mirror.test/debian bookworm-backports/main amd64 Packages
"""
TRIXIE_POLICY = """\
qemu-system-arm:
  Installed: (none)
  Candidate: 1:10.0.2+ds-2+deb13u1
  Version table:
     1:10.0.2+ds-2+deb13u1 500
        500 http://mirror.test/debian trixie/main amd64 Packages
"""


@dataclass
class Machine:
    """A checkout, a PATH and an /etc of their own; `log` has what was called."""

    folder: Path

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    @property
    def etc(self) -> Path:
        return self.folder / "etc"

    def program(self, name: str, script: str) -> None:
        file = self.folder / "bin" / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def without(self, *names: str) -> None:
        for name in names:
            (self.folder / "bin" / name).unlink()

    def setup(
        self, checkout: str = "checkout", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", self.folder / checkout / "scripts/setup"],
            env={
                "PATH": str(self.folder / "bin"),
                "LOG": str(self.folder / "log"),
                "FOLDER": str(self.folder),
                "ETC": str(self.etc),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def calls(self, program: str) -> list[str]:
        log = self.folder / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line for line in lines if line.split()[0] == program]


# Real Python, but a stand-in for the virtual environment it makes.
PYTHON = r"""
case "$1 $2" in
"-c import ensurepip, venv") exit "${NO_VENV:-0}" ;;
"-c import pathlib"*) exit "${NO_HEADERS:-0}" ;;
"-m venv")
	mkdir -p .venv/bin
	echo "VIRTUAL_ENV='$(pwd)/.venv'" >.venv/bin/activate
	cp "$FOLDER/venv-python" .venv/bin/python
	cp "$FOLDER/venv-python" .venv/bin/uk-board
	echo "$*" >>"$LOG"
	exit ;;
esac
exec PYTHON "$@"
""".replace("PYTHON", sys.executable)
VENV_PYTHON = """\
#!/bin/sh
echo pip "$@" >>"$LOG"
case "$*" in *install*) exit "${NO_PIP:-0}" ;; esac
"""
# Installing QEMU puts the program there, with the version that the suite has.
APT_GET = """\
echo apt-get "$@" >>"$LOG"
case " $* " in
*" update "*"sourcelist="*) cat "$FOLDER/backports-rows" >>"$FOLDER/policy" 2>/dev/null ;;
*" install "*" qemu-system-arm "*) cp "$FOLDER/new-qemu" "$FOLDER/bin/qemu-system-aarch64" ;;
esac
exit "${APT_FAILS:-0}"
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine that has everything, with a checkout that was never set up."""
    made = Machine(tmp_path)
    (tmp_path / "bin").mkdir()
    for name in USED:
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    made.program("qemu-system-aarch64", "echo QEMU emulator version 10.0.2")
    made.program("aarch64-linux-gnu-gcc", "echo 12")
    made.program("gcc", 'cat >/dev/null; exit "${NO_LIBC:-0}"')
    made.program("python3", PYTHON)
    made.program("fsck.vfat", ":")
    made.program("mcopy", ":")
    made.program("id", "echo 0")
    made.program("apt-get", APT_GET)
    made.program("apt-cache", 'cat "$FOLDER/policy"')
    (tmp_path / "policy").write_text(TRIXIE_POLICY)
    (tmp_path / "venv-python").write_text(VENV_PYTHON)
    (tmp_path / "venv-python").chmod(0o755)
    shutil.copy(tmp_path / "bin/qemu-system-aarch64", tmp_path / "new-qemu")
    for name in ("scripts", "uk_board/packages"):
        (made.checkout / name).mkdir(parents=True)
    for name in ("scripts/setup", "uk_board/packages/apt_source.py", "pyproject.toml"):
        shutil.copy(ROOT / name, made.checkout / name)
    (made.etc / "apt/sources.list.d").mkdir(parents=True)
    (made.etc / "os-release").write_text("ID=debian\nVERSION_CODENAME=bookworm\n")
    (made.etc / "apt/sources.list").write_text("deb http://mirror.test/debian bookworm main\n")
    return made


def bookworm(machine: Machine) -> None:
    (machine.folder / "policy").write_text(BOOKWORM_POLICY)
    (machine.folder / "backports-rows").write_text(BACKPORTS_ROWS)


def test_a_machine_that_has_all_never_calls_apt(machine: Machine) -> None:
    done = machine.setup()
    assert done.returncode == 0, done.stderr
    assert machine.calls("apt-get") == []
    assert any("install" in call and ".[dev]" in call for call in machine.calls("pip"))


def test_the_second_run_does_nothing_and_says_nothing(machine: Machine) -> None:
    machine.setup()
    (machine.folder / "log").unlink()
    done = machine.setup()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (machine.folder / "log").exists()


def test_a_changed_pyproject_is_installed_again(machine: Machine) -> None:
    machine.setup()
    with (machine.checkout / "pyproject.toml").open("a") as stream:
        stream.write("# one more dependency\n")
    (machine.folder / "log").unlink()
    assert machine.setup().returncode == 0
    assert any("install" in call for call in machine.calls("pip"))


def test_a_moved_checkout_gets_a_new_venv(machine: Machine) -> None:
    machine.setup()
    machine.checkout.rename(machine.folder / "moved")
    assert machine.setup("moved").returncode == 0
    assert machine.calls("-m") == ["-m venv --clear .venv"] * 2


def test_an_interrupted_set_up_goes_on_in_the_same_venv(machine: Machine) -> None:
    machine.setup()
    (machine.checkout / ".venv/uk-board-setup").unlink()
    assert machine.setup().returncode == 0
    assert machine.calls("-m") == ["-m venv --clear .venv"]


def test_missing_packages_are_installed_without_recommendations(machine: Machine) -> None:
    machine.without("aarch64-linux-gnu-gcc")
    done = machine.setup(NO_HEADERS="1", NO_LIBC="1")
    assert done.returncode == 0, done.stderr
    update, install = machine.calls("apt-get")
    assert " update" in update
    assert "--no-install-recommends python3-dev gcc libc6-dev gcc-aarch64-linux-gnu" in install


def test_debian_13_installs_qemu_from_its_own_suite(machine: Machine) -> None:
    machine.without("qemu-system-aarch64")
    done = machine.setup()
    assert done.returncode == 0, done.stderr
    assert machine.calls("apt-get")[-1].endswith("--no-install-recommends qemu-system-arm")
    assert list((machine.etc / "apt/sources.list.d").iterdir()) == []


def test_debian_12_takes_qemu_from_backports_on_the_same_mirror(machine: Machine) -> None:
    bookworm(machine)
    machine.program("qemu-system-aarch64", "echo QEMU emulator version 7.2.0")
    done = machine.setup()
    assert done.returncode == 0, done.stderr
    source = machine.etc / "apt/sources.list.d/uk-board-bookworm-backports.list"
    assert source.read_text() == "deb http://mirror.test/debian bookworm-backports main\n"
    assert "--target-release bookworm-backports qemu-system-arm" in machine.calls("apt-get")[-1]
    assert "adding bookworm-backports" in done.stderr


def test_backports_that_are_there_already_are_not_added(machine: Machine) -> None:
    (machine.folder / "policy").write_text(BOOKWORM_POLICY + BACKPORTS_ROWS)
    machine.without("qemu-system-aarch64")
    assert machine.setup().returncode == 0
    assert list((machine.etc / "apt/sources.list.d").iterdir()) == []
    assert "--target-release bookworm-backports" in machine.calls("apt-get")[-1]


def test_a_mirror_without_backports_leaves_no_source_behind(machine: Machine) -> None:
    (machine.folder / "policy").write_text(BOOKWORM_POLICY)
    machine.without("qemu-system-aarch64")
    done = machine.setup()
    assert done.returncode == 3
    assert "QEMU: version 9 or later is needed" in done.stderr
    assert "try: install qemu-system-aarch64 9 or later by hand" in done.stderr
    assert list((machine.etc / "apt/sources.list.d").iterdir()) == []


def test_another_distribution_gets_no_debian_source(machine: Machine) -> None:
    bookworm(machine)
    (machine.etc / "os-release").write_text("ID=ubuntu\nVERSION_CODENAME=jammy\n")
    machine.without("qemu-system-aarch64")
    done = machine.setup()
    assert done.returncode == 3
    assert list((machine.etc / "apt/sources.list.d").iterdir()) == []


def test_a_system_without_apt_is_told_what_to_install(machine: Machine) -> None:
    machine.without("apt-get", "qemu-system-aarch64", "aarch64-linux-gnu-gcc")
    done = machine.setup()
    assert done.returncode == 3
    assert (
        "has no apt; missing here (by Debian's names): gcc-aarch64-linux-gnu qemu-system-arm"
        in (done.stderr)
    )
    assert "\ntry: install qemu-system-aarch64 9 or later" in done.stderr


def test_an_ordinary_user_goes_through_sudo(machine: Machine) -> None:
    machine.program("id", "echo 1000")
    machine.program("sudo", 'echo sudo "$@" >>"$LOG"; exec "$@"')
    machine.without("qemu-system-aarch64")
    assert machine.setup().returncode == 0
    assert all("DEBIAN_FRONTEND=noninteractive" in call for call in machine.calls("sudo"))
    assert len(machine.calls("sudo")) == len(machine.calls("apt-get")) > 0


def test_no_root_and_no_sudo_names_the_command(machine: Machine) -> None:
    machine.program("id", "echo 1000")
    machine.without("aarch64-linux-gnu-gcc")
    done = machine.setup()
    assert done.returncode == 3
    assert "try: as root: apt-get install --no-install-recommends gcc-aarch64-linux-gnu" in (
        done.stderr
    )


def test_a_failing_pip_is_shown_and_not_stamped(machine: Machine) -> None:
    done = machine.setup(NO_PIP="1")
    assert done.returncode == 3
    assert "pip: could not install uk-board" in done.stderr
    assert not (machine.checkout / ".venv/uk-board-setup").exists()


def test_an_old_python_is_refused(machine: Machine) -> None:
    machine.program("python3", "exit 1")
    done = machine.setup()
    assert done.returncode == 3
    assert "Python: none of version 3.11 or later found" in done.stderr


def test_the_scripts_name_no_host() -> None:
    for name in ("scripts/setup", "uk_board/packages/apt_source.py", "Makefile", ".ci/run"):
        assert "://" not in (ROOT / name).read_text(), name


def test_the_continuous_integration_runs_make_test() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert "make test" in (ROOT / ".ci/run").read_text()
