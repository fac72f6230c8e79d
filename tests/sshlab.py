# SPDX-License-Identifier: BSD-3-Clause
"""Another machine, with an `ssh` to it that is a script; and cards on loop devices.

The script does what ssh and sshd do: it leaves options away, and gives the rest to a shell with
an environment and a folder of its own.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from uk_board.desk.benchfile import Host, Place
from uk_board.flasher import Method, choose, load_methods
from uk_board.remote.method import where_it_hangs
from uk_board.tree import tree

SSH = """\
#!/bin/sh
printf '%s\\n' "$*" >> {folder}/asked
while [ "$1" != -- ]; do shift; done
[ "$2" = lab1 ] || {{ echo "ssh: Could not resolve hostname $2: Name or service not known" >&2
	exit 255; }}
shift 2
{before}
cd {folder}/there || exit 255
exec env -i PATH={path} HOME={folder}/there TMPDIR={folder}/tmp sh -c "$*"
"""
UK_BOARD = f"""\
#!/bin/sh
exec {sys.executable} -c 'from uk_board.cli import main; main()' "$@"
"""
BENCH = """\
[boards.left]
board = "rpi4"
flash = "{method}"
flash_options = {{ {options} }}
"""


@dataclass
class Lab:
    """Another machine: its programs, its bench file, and the ssh that leads to it."""

    folder: Path

    def __post_init__(self) -> None:
        """Make it, without a bench file."""
        for name in ("bin", "there-bin", "there", "tmp"):
            (self.folder / name).mkdir()
        self.ssh()
        self.uk_board()

    @property
    def path(self) -> str:
        """Return the PATH on which its ssh is found."""
        return f"{self.folder / 'bin'}:{os.environ['PATH']}"

    def ssh(self, before: str = "", path: str = "") -> None:
        """Put an ssh into PATH that does `before` on the way."""
        own = path or f"{self.folder}/there-bin:/usr/sbin:/usr/bin:/bin"
        self._script("bin/ssh", SSH.format(folder=self.folder, before=before, path=own))

    def uk_board(self, text: str = UK_BOARD) -> None:
        """Install a uk-board there."""
        self._script("there-bin/uk-board", text)

    def _script(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o755)

    @property
    def bench(self) -> Path:
        return self.folder / "there/bench.toml"

    def hangs(self, method: str, options: str) -> None:
        """Write its bench file."""
        self.bench.write_text(BENCH.format(method=method, options=options))
        self.bench.chmod(0o644)

    def place(self, method: str, name: str = "left") -> Place:
        """Return the place as a rack's client knows it."""
        return Place(name, "rpi4", flash=method, host=Host("lab1", str(self.bench)))

    def method(self, name: str) -> Method:
        place = self.place(name)
        return choose(name, where_it_hangs(name, load_methods(tree()), place))

    @property
    def asked(self) -> list[str]:
        return (self.folder / "asked").read_text().splitlines()


def arm64_image(content: bytes) -> bytes:
    """Return an arm64 Image (Linux, Documentation/arch/arm64/booting.rst) that does nothing."""
    size = 64 + len(content)
    head = struct.pack("<IIQQQ", 0x14000010, 0, 0x80000, size, 0b1010) + bytes(24)
    return head + b"ARM\x64" + bytes(4) + content


@contextmanager
def loop_device(file: Path) -> Iterator[str]:
    """Yield a loop device on a file; the test is skipped where there is none."""
    if os.geteuid() != 0 or not Path("/dev/loop-control").exists() or not shutil.which("losetup"):
        pytest.skip("loop devices need root, /dev/loop-control and losetup")
    find = ["losetup", "--find", "--show", file]
    made = subprocess.run(find, check=False, capture_output=True, text=True, timeout=60)
    if made.returncode:
        pytest.skip(f"no loop device can be had: {made.stderr}")
    device = made.stdout.strip()
    try:
        yield device
    finally:
        subprocess.run(["losetup", "--detach", device], check=True, timeout=60)
