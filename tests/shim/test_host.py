# SPDX-License-Identifier: BSD-3-Clause
"""The host module itself: fresh worlds, and declarations that the compiler checks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from uk_board.errors import BenchError
from uk_board.shimhost import Host, build
from uk_board.tree import tree


def test_a_world_knows_nothing_of_the_one_before(shim_library: Path) -> None:
    first = Host(shim_library)
    first.start()
    first.task("task", 3)
    first.main.call("vTaskSuspendAll")
    first.main.call("taskENTER_CRITICAL")
    first.advance(17)
    second = Host(shim_library)
    assert second.main("xTaskGetSchedulerState") == 1  # taskSCHEDULER_NOT_STARTED
    assert second.main("uxTaskGetNumberOfTasks") == 0
    assert second.main("xTaskGetTickCount") == 0
    assert second.lib.ukplat_lcpu_irqs_disabled() == 0
    assert second.lib.host_live_blocks() == 2  # its thread and that one's stack
    assert second.output() == ""


def test_a_world_that_another_replaced_says_so(shim_library: Path) -> None:
    first, _ = Host(shim_library), Host(shim_library)
    with pytest.raises(AssertionError, match="another Host of this library was made"):
        first.run()


@pytest.mark.not_sanitized(reason="nothing of it runs")
def test_a_macro_that_does_not_fit_its_row_does_not_compile(tmp_path: Path) -> None:
    shutil.copytree(tree() / "shim", tmp_path / "shim")
    rows = tmp_path / "shim/freertos/port.toml"
    text = rows.read_text()
    assert text.count('text = "uxPortSetInterruptMask()"') == 1
    rows.write_text(text.replace('text = "uxPortSetInterruptMask()"', 'text = "vPortYield()"'))
    with pytest.raises(BenchError, match="void value not ignored") as caught:
        build(tmp_path, tmp_path / "build")
    assert "portSET_INTERRUPT_MASK_FROM_ISR" in str(caught.value)


def test_the_compiler_tells_sizes(host: Host) -> None:
    task = host.ffi.sizeof("StaticTask_t")
    queue = host.ffi.sizeof("StaticQueue_t")
    assert task > queue > 64
    assert host.ffi.sizeof("TickType_t") == 4
    assert host.lib.eSetValueWithoutOverwrite == 4
