# SPDX-License-Identifier: BSD-3-Clause
"""A desk with modelled probes, where commands run as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from debug.probemodel import VARIABLE, ModelProbe
from pyocd.probe.aggregator import PROBE_CLASSES

from uk_board.cli import main

TESTS = Path(__file__).resolve().parent.parent
PLUGIN = "[pyocd.probe]\nmodel = debug.probemodel:ModelProbePlugin\n"


class Done(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


class Desk:
    """A folder to work in, with probes on it."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder, self.scenario = folder, folder / "probes.json"
        self._capsys = capsys
        patch.chdir(folder)
        patch.setenv(VARIABLE, str(self.scenario))
        patch.setitem(PROBE_CLASSES, "model", ModelProbe)
        self.plug_in()

    def plug_in(self, *probes: dict[str, Any]) -> None:
        self.scenario.write_text(json.dumps(probes))

    def bench(self, text: str) -> None:
        (self.folder / "bench.toml").write_text(text)

    def run(self, *arguments: str) -> Done:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, *self._capsys.readouterr())

    def run_outside(self, *arguments: str) -> Done:
        """Run a command as a user does; pyOCD finds the probe by its entry point."""
        metadata = self.folder / "site/uk_board_model-1.dist-info"
        metadata.mkdir(parents=True)
        (metadata / "METADATA").write_text("Name: uk-board-model\nVersion: 1\n")
        (metadata / "entry_points.txt").write_text(PLUGIN)
        path = os.pathsep.join((str(metadata.parent), str(TESTS)))
        command = [sys.executable, "-c", "from uk_board.cli import main; main()", *arguments]
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def flash(self, board: str, *arguments: str) -> Done:
        return self.run("flash", board, "--via", "jtag", *arguments)

    def became(self, serial: str) -> dict[str, Any]:
        """What became of the chip on a probe."""
        found: dict[str, Any] = json.loads(self.scenario.with_suffix(f".{serial}").read_text())
        return found

    def memory(self, serial: str, address: int, size: int) -> bytes:
        pages = {int(n): bytes.fromhex(each) for n, each in self.became(serial)["pages"].items()}
        first, last = address // 4096, (address + size - 1) // 4096
        data = b"".join(pages[number] for number in range(first, last + 1))
        return data[address % 4096 :][:size]
