# SPDX-License-Identifier: BSD-3-Clause
"""FreeRTOSConfig.h: the application's wins, and what cannot be had is an error."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.shimhost import Host
from uk_board.tree import tree

pytestmark = pytest.mark.not_sanitized(reason="compiles, and hardly anything runs")
INCLUDE = tree() / "shim/freertos/include"


def compiled(
    library: Path, folder: Path, source: str, config: str = "", how: str = "-fsyntax-only"
) -> str:
    """Compile `source` against the headers with an own configuration; return the errors."""
    if config:
        (folder / "FreeRTOSConfig.h").write_text(f"{config}\n")
    (folder / "source.c").write_text(f'#include "FreeRTOS.h"\n#include "semphr.h"\n{source}\n')
    command = ["gcc", "-std=gnu11", how, "-o", os.devnull, "-Wall", "-Wextra", "-Werror"]
    command += [f"-I{where}" for where in (folder, library.parent, INCLUDE)]
    done = subprocess.run(
        [*command, str(folder / "source.c")], capture_output=True, text=True, check=False
    )
    return done.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("configTICK_RATE_HZ", "999"),
        ("configMAX_PRIORITIES", "0"),
        ("configMAX_PRIORITIES", "63"),
        ("configTASK_NOTIFICATION_ARRAY_ENTRIES", "0"),
        ("configNUMBER_OF_CORES", "2"),
        ("configUSE_PREEMPTION", "0"),
        ("configUSE_LIST_DATA_INTEGRITY_CHECK_BYTES", "1"),
        ("configHEAP_CLEAR_MEMORY_ON_FREE", "1"),
        ("configUSE_16_BIT_TICKS", "1"),
        ("configUSE_TICKLESS_IDLE", "2"),
        ("configUSE_TASK_FPU_SUPPORT", "3"),
        ("configCHECK_FOR_STACK_OVERFLOW", "3"),
        ("configRECORD_STACK_HIGH_ADDRESS", "1"),
        ("configUSE_CO_ROUTINES", "1"),
        ("configENABLE_MPU", "1"),
        ("configTICK_TYPE_WIDTH_IN_BITS", "TICK_TYPE_WIDTH_64_BITS"),
    ],
)
def test_an_option_that_cannot_be_had_is_an_error(
    shim_library: Path, tmp_path: Path, option: str, value: str
) -> None:
    errors = compiled(shim_library, tmp_path, "", f"#define {option} {value}")
    assert f'#error "{option}' in errors


@pytest.mark.parametrize(
    ("call", "option"),
    [
        ("uxTaskGetStackHighWaterMark(NULL)", "INCLUDE_uxTaskGetStackHighWaterMark"),
        ("uxTaskGetStackHighWaterMark2(NULL)", "INCLUDE_uxTaskGetStackHighWaterMark2"),
        ("vTaskGetInfo(NULL, NULL, 0, eInvalid)", "configUSE_TRACE_FACILITY"),
        ("uxTaskGetSystemState(NULL, 0, NULL)", "configUSE_TRACE_FACILITY"),
        ("vTaskList(text)", "configUSE_TRACE_FACILITY and configUSE_STATS_FORMATTING_FUNCTIONS"),
        ("ulTaskGetRunTimeCounter(NULL)", "configGENERATE_RUN_TIME_STATS"),
        ("ulTaskGetIdleRunTimePercent()", "configGENERATE_RUN_TIME_STATS"),
        ("xTaskCallApplicationTaskHook(NULL, NULL)", "configUSE_APPLICATION_TASK_TAG"),
        (
            "pvTaskGetThreadLocalStoragePointer(NULL, 0)",
            "configNUM_THREAD_LOCAL_STORAGE_POINTERS",
        ),
    ],
)
def test_an_option_that_is_off_is_named(
    shim_library: Path, tmp_path: Path, call: str, option: str
) -> None:
    source = f"char text[64]; void use(void); void use(void) {{ (void){call}; }}"
    errors = compiled(shim_library, tmp_path, source, how="-c")
    assert f"needs {option}: set it in FreeRTOSConfig.h" in errors
    unused = "int number; TaskStatus_t status;"
    assert compiled(shim_library, tmp_path, unused, how="-c") == ""


def test_without_core_affinity_its_calls_name_the_option(
    shim_library: Path, tmp_path: Path
) -> None:
    source = "void use(void); void use(void) { vTaskCoreAffinitySet(NULL, 1); }"
    assert compiled(shim_library, tmp_path, source, how="-c") == ""
    off = "#define configUSE_CORE_AFFINITY 0"
    errors = compiled(shim_library, tmp_path, source, off, how="-c")
    assert "needs configUSE_CORE_AFFINITY: set it in FreeRTOSConfig.h" in errors


def test_macros_for_tracers_do_no_harm(shim_library: Path, tmp_path: Path) -> None:
    config = "#define traceTASK_SWITCHED_IN() recorder()\n#define traceQUEUE_SEND(q) sent(q)"
    assert compiled(shim_library, tmp_path, "int number;", config) == ""


def test_an_application_s_configuration_wins(shim_library: Path, tmp_path: Path) -> None:
    source = '_Static_assert(configMAX_PRIORITIES == 7 && pdMS_TO_TICKS(10) == 1, "");'
    config = "#define configMAX_PRIORITIES 7\n#define configTICK_RATE_HZ 100"
    assert compiled(shim_library, tmp_path, source, config) == ""


def test_the_old_names_are_there(shim_library: Path, tmp_path: Path) -> None:
    source = """
    xSemaphoreHandle semaphore;
    xQueueHandle queue;
    xTaskHandle task;
    portTickType wait = 10 / portTICK_RATE_MS;
    portBASE_TYPE use(void)
    {
        vSemaphoreCreateBinary(semaphore);
        if (pcTaskGetTaskName(task) == NULL)
            return pdFAIL;
        return xQueueSend(queue, &wait, wait) || eTaskStateGet(task) == eReady;
    }
    """
    assert compiled(shim_library, tmp_path, source) == ""


def test_a_header_before_freertos_h_is_an_error(tmp_path: Path, shim_library: Path) -> None:
    (tmp_path / "early.c").write_text('#include "queue.h"\n')
    command = ["gcc", "-fsyntax-only", f"-I{shim_library.parent}", f"-I{INCLUDE}"]
    done = subprocess.run(
        [*command, str(tmp_path / "early.c")], capture_output=True, text=True, check=False
    )
    assert "include FreeRTOS.h before queue.h" in done.stderr


def test_without_asserts_the_rules_cost_nothing_and_calls_work(
    host_build: Callable[..., Path],
) -> None:
    host = Host(host_build("without-asserts", flags=["-DHOST_WITHOUT_ASSERTS"]))
    host.start()
    task, item = host.task("task", 40), host.new("uint32_t *", 5)
    assert task("uxTaskPriorityGet", None) == 31  # cut, as FreeRTOS does
    queue = task("xQueueCreate", 1, 4)
    assert task("xQueueSend", queue, item, 0) == 1
    assert task("xQueueCreate", 0, 4) == host.ffi.NULL
    assert host.output() == ""
