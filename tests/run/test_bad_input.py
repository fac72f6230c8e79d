# SPDX-License-Identifier: BSD-3-Clause
"""Wrong calls of the FreeRTOS API on the target: told with API, rule and source line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from uk_board.tree import tree

MAIN = "apps/misuse/main.c"
CRASHED = 127


def run_misuse(name: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from uk_board.cli import main; main()", "run", "qemu-virt"]
    return subprocess.run(
        [*command, "--app", "misuse", "--append", f"misuse={name}"],
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=tree(),
    )


def line_of(text: str) -> int:
    """Return the line of the app's source that has `text`; there must be one only."""
    lines = (tree() / MAIN).read_text().splitlines()
    [number] = [number for number, line in enumerate(lines, 1) if text in line]
    return number


@pytest.mark.parametrize(
    ("name", "rule", "call"),
    [
        ("null-queue", "xQueueGenericReset: xQueue is NULL", "xQueueReset(NULL)"),
        ("deleted-queue", "xQueueGenericSend: xQueue is no queue", "xQueueSend("),
        ("task-for-queue", "xQueueReceive: xQueue is no queue", "xQueueReceive("),
        ("queue-for-semaphore", "xQueueSemaphoreTake: xQueue is no sem", "xSemaphoreTake(xQueue"),
        ("deleted-task", "vTaskPrioritySet: xTask is no task", "vTaskPrioritySet("),
        ("no-length", "xQueueGenericCreate: the length is 0", "xQueueCreate(0"),
        ("small-stack", "xTaskCreate: the stack is too small", "TOO_FEW_WORDS, NULL,"),
        ("double-free", "vPortFree: pv is no block from pvPortMalloc", None),
        ("foreign-free", "vPortFree: pv is no block from pvPortMalloc", "vPortFree(&words"),
        ("wait-suspended", "vTaskDelay: would wait while the scheduler is suspended", None),
        ("wait-in-interrupt", "xQueueSemaphoreTake: called from an interrupt", "semaphore, 1)"),
        ("wait-early", "xQueueSemaphoreTake: would wait for tasks before", "portMAX_DELAY"),
    ],
)
def test_a_wrong_call_ends_with_its_source_line(name: str, rule: str, call: str | None) -> None:
    done = run_misuse(name)
    assert done.returncode == CRASHED
    assert "nobody minded" not in done.stdout
    assert f"freertos: {rule}" in done.stdout
    told = [line for line in done.stderr.splitlines() if "freertos: " in line]
    assert len(told) == 1
    assert told[0].startswith(f"uk-board: qemu-virt: freertos: {rule}")
    function = "handle_timer" if name == "wait-in-interrupt" else name.replace("-", "_")
    caller = f"; called from {function} {MAIN}:"
    assert caller in told[0]
    if call is not None:
        assert told[0].endswith(f"{caller}{line_of(call)}")


def test_a_name_that_is_no_misuse_is_told() -> None:
    done = run_misuse("nothing")
    assert done.returncode == 2
    assert "boot argument misuse=NAME" in done.stdout
