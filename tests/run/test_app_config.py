# SPDX-License-Identifier: BSD-3-Clause
"""An application's FreeRTOSConfig.h: used by the shim and the drivers of its image too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.board import Board
from uk_board.build import build
from uk_board.emulator import Emulator
from uk_board.launch import Launch

DEADLINE_S = 120.0

# The header says how long a tick is; what a delay really takes is the library's doing.
MAIN = """\
/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <uk/plat/time.h>
#include "FreeRTOS.h"
#include "task.h"

static void measure(void *unused)
{
	TickType_t before = xTaskGetTickCount();
	__nsec start;

	(void)unused;
	vTaskDelay(1);
	start = ukplat_monotonic_clock();
	vTaskDelay(20);
	printf("%u Hz: 20 ticks took %lu ms, counted %u\\n",
	       (unsigned int)configTICK_RATE_HZ,
	       (unsigned long)(ukplat_monotonic_clock() - start) / 1000000,
	       (unsigned int)(xTaskGetTickCount() - before));
	vTaskEndScheduler();
}

int main(void)
{
	xTaskCreate(measure, "measure", configMINIMAL_STACK_SIZE, NULL, 1, NULL);
	vTaskStartScheduler();
	return 0;
}
"""
CONFIG = "#define configTICK_RATE_HZ {}\n#define configMAX_PRIORITIES 7\n"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "ticks"
    folder.mkdir()
    (folder / "main.c").write_text(MAIN)
    (folder / "app.toml").write_text('caption = "Ticks"\nlibs = ["freertos"]\n')
    return folder


@pytest.fixture
def say(app: Path, tmp_path: Path, board: Callable[[str], Board]) -> Callable[[], str]:
    """Build the app, boot it and return the line that it prints."""

    def built() -> str:
        target = board("qemu-virt")
        image = build(target, app, out=tmp_path / "out").image
        with Emulator(target, Launch(image, icount_shift=0)) as emulator:
            line = emulator.console.expect(r"\d+ Hz: [^\r\n]+", DEADLINE_S)
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
