# SPDX-License-Identifier: BSD-3-Clause
"""An application's FreeRTOSConfig.h: used by the shim and the drivers of its image too."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.build.build import build
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch
from uk_board.facts.board import Board

DEADLINE_S = 120.0
TICKS = Path(__file__).parent.parent / "apps" / "ticks"

CONFIG = "#define configTICK_RATE_HZ {}\n#define configMAX_PRIORITIES 7\n"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TICKS, tmp_path / "ticks"))


@pytest.fixture
def say(app: Path, tmp_path: Path, board: Callable[[str], Board]) -> Callable[[], str]:
    """Build the app, boot it and return the line that it prints."""

    def built() -> str:
        target = board("qemu-virt")
        image = build(target, app, out=tmp_path / "out").image
        with Emulator(target, Launch(image, icount_shift=0)) as emulator:
            line = emulator.console.expect(r"\d+ Hz: [^\r\n]+ ms", DEADLINE_S)
            assert emulator.wait(DEADLINE_S) == 0
        return str(line[0].decode())

    return built


def test_the_whole_image_has_the_applications_tick(app: Path, say: Callable[[], str]) -> None:
    (app / "FreeRTOSConfig.h").write_text(CONFIG.format(100))
    assert "100 Hz: 20 ticks took 200 ms" in say()
    (app / "FreeRTOSConfig.h").write_text(CONFIG.format(50))
    assert "50 Hz: 20 ticks took 400 ms" in say()
    (app / "FreeRTOSConfig.h").unlink()
    assert "1000 Hz: 20 ticks took 20 ms" in say()
