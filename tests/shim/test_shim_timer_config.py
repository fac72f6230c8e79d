# SPDX-License-Identifier: BSD-3-Clause
"""What FreeRTOSConfig.h says of timers: no timer task, memory and a hook of the application's."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from timerworld import fired, timer

from uk_board.shimhost import Host
from uk_board.tree import tree

pytestmark = pytest.mark.not_sanitized(reason="builds of their own, of the same code")
# An application that brings the timer task's memory, if `give` says so, and the hook.
APPLICATION = """
#include "shim.h"
static StaticTask_t task;
static StackType_t stack[65536];
int give;
int hooked;
void vApplicationGetTimerTaskMemory(StaticTask_t **ppxTimerTaskTCBBuffer,
    StackType_t **ppxTimerTaskStackBuffer, configSTACK_DEPTH_TYPE *puxTimerTaskStackSize)
{
    if (!give)
        return;
    *ppxTimerTaskTCBBuffer = &task;
    *ppxTimerTaskStackBuffer = stack;
    *puxTimerTaskStackSize = 65536;
}
void vApplicationDaemonTaskStartupHook(void)
{
    hooked = xTaskGetCurrentTaskHandle() == xTimerGetTimerDaemonTaskHandle() ? 1 : -1;
}
"""


@pytest.fixture(scope="module")
def own_library(tmp_path_factory: pytest.TempPathFactory, host_build: Callable[..., Path]) -> Path:
    """The shim with that application, without asserts."""
    source = tmp_path_factory.mktemp("application") / "application.c"
    source.write_text(APPLICATION)
    flags = ["-DHOST_WITHOUT_ASSERTS", "-DconfigUSE_DAEMON_TASK_STARTUP_HOOK=1"]
    return host_build(
        "timer-config", sources=[source], flags=flags, cdef="extern int give, hooked;"
    )


@pytest.fixture
def own(own_library: Path) -> Host:
    """A world of it before vTaskStartScheduler."""
    return Host(own_library)


def test_an_application_s_memory_is_used_for_the_timer_task(own: Host) -> None:
    starter = own.thread("starter", 1)
    before = own.lib.host_live_blocks()
    own.lib.give = 1
    starter.call("vTaskStartScheduler")
    assert own.lib.host_live_blocks() == before
    assert own.main("xTimerGetTimerDaemonTaskHandle") != own.ffi.NULL
    one = timer(own, 3)
    own.main("xTimerStart", one, 0)
    own.advance(3)
    assert fired(own, one) == [3]


def test_the_hook_is_called_by_the_timer_task_at_its_start(own: Host) -> None:
    own.lib.give = 1
    assert own.lib.hooked == 0
    own.start()
    assert own.lib.hooked == 1


def test_without_that_memory_the_start_returns_at_once(own: Host) -> None:
    started = own.start()
    assert started.done
    assert own.main("xTaskGetSchedulerState") == 1
    assert own.main("xTimerGetTimerDaemonTaskHandle") == own.ffi.NULL


def test_without_asserts_bad_input_does_as_freertos_does(own: Host) -> None:
    own.lib.give = 1
    own.start()
    one = timer(own, 0)
    assert own.main("xTimerGenericCommandFromTask", one, 6, 0, None, 0) == 0
    assert own.main("xTimerGenericCommandFromTask", one, -1, 0, None, 0) == 0
    assert own.main("xTimerGenericCommandFromISR", one, 1, 0, None, 0) == 0
    own.main("xTimerStart", one, 0)
    assert fired(own, one) == [0]
    own.main("xTimerChangePeriod", one, 0, 0)
    own.main("xTimerStop", one, 0)
    assert own.main("xTimerIsTimerActive", one) == 0
    assert own.main("xTimerGenericCommandFromISR", one, 99, 0, None, 0) == 1
    assert own.main("xTimerCreateStatic", None, 1, 0, None, None, None) == own.ffi.NULL
    assert own.main("xEventGroupCreateStatic", None) == own.ffi.NULL


def test_without_timers_there_is_no_timer_task(host_build: Callable[..., Path]) -> None:
    world = Host(host_build("without-timers", flags=["-DconfigUSE_TIMERS=0"]))
    starter = world.thread("starter", 1)
    before = world.lib.host_live_blocks()
    starter.call("vTaskStartScheduler")
    assert world.main("xTaskGetSchedulerState") == 2
    assert world.main("uxTaskGetNumberOfTasks") == 1  # the idle task
    assert world.lib.host_live_blocks() == before
    group = world.main("xEventGroupCreate")
    assert world.main("xEventGroupSetBits", group, 3) == 3


@pytest.mark.parametrize(
    "call",
    [
        'xTimerCreate("t", 1, 0, NULL, NULL)',
        'xTimerCreateStatic("t", 1, 0, NULL, NULL, NULL)',
        "xTimerGetTimerDaemonTaskHandle()",
        "xTimerPendFunctionCall(NULL, NULL, 0, 0)",
        "xTimerPendFunctionCallFromISR(NULL, NULL, 0, NULL)",
        "xEventGroupSetBitsFromISR(NULL, 1, NULL)",
        "xEventGroupClearBitsFromISR(NULL, 1)",
    ],
)
def test_without_timers_what_needs_them_does_not_compile(
    shim_library: Path, tmp_path: Path, call: str
) -> None:
    source = tmp_path / "source.c"
    source.write_text(
        '#include "FreeRTOS.h"\n#include "timers.h"\n#include "event_groups.h"\n'
        f"void use(void)\n{{\n\t{call};\n}}\n"
    )
    include = [shim_library.parent, tree() / "shim/freertos/include"]
    command = ["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-c", str(source), "-o", "/dev/null"]
    command += [f"-I{where}" for where in include]
    with_timers = subprocess.run(command, capture_output=True, text=True, check=False)
    assert with_timers.stderr == ""
    without = subprocess.run(
        [*command, "-DconfigUSE_TIMERS=0"], capture_output=True, text=True, check=False
    )
    assert "configUSE_TIMERS is 0 in FreeRTOSConfig.h; set it to 1" in without.stderr
    assert without.returncode != 0
