# SPDX-License-Identifier: BSD-3-Clause
"""AddressSanitizer and UndefinedBehaviorSanitizer: all tests in them, and planted bugs are seen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.shimhost import build, sanitize
from uk_board.shimhost.mutant import Mutation, build_mutant
from uk_board.tree import tree

pytestmark = pytest.mark.skipif(sanitize.VARIABLE in os.environ, reason="runs inside itself")
HostBuild = Callable[..., Path]
WORK = """
import sys
from pathlib import Path
from uk_board.shimhost import Host
host = Host(Path(sys.argv[1]))
host.start()
task = host.task("task", 2)
queue = task("xQueueCreate", 3, 4)
print("length", task("uxQueueGetQueueLength", queue))
task.call("vQueueDelete", queue)
task.call("vTaskDelay", 1)
task.call("vTaskDelete", None)
host.advance(2)
print("done")
"""
PLANTED = [
    Mutation(
        "use after free",
        "queue.c",
        "\tif (!q->static_memory)\n\t\tshim_free(q);",
        "\tif (!q->static_memory)\n\t\tshim_free(q);\n\tq->count = 1;",
    ),
    Mutation(
        "write behind a block",
        "queue.c",
        "\tq->end = storage + length * item_size;",
        "\tq->end = storage + length * item_size;\n\t*q->end = 1;",
    ),
    Mutation(
        "write behind an array on a task's stack",
        "task_control.c",
        "void shim_task_delay(TickType_t ticks)\n{",
        "static volatile int *volatile place;\n\nvoid shim_task_delay(TickType_t ticks)\n{\n"
        "\tvolatile int mine[4];\n\n\tplace = mine;\n\tplace[ticks + 3] = 1;",
    ),
    Mutation(
        "signed overflow",
        "queue.c",
        "{\n\treturn q->length;",
        "{\n\tint length = (int)q->length;\n\n\treturn (UBaseType_t)(length + 0x7fffffff);",
    ),
]
SAYS = {
    "use after free": "heap-use-after-free",
    "write behind a block": "heap-buffer-overflow",
    "write behind an array on a task's stack": "stack-buffer-overflow",
    "signed overflow": "signed integer overflow: 3 + 2147483647",
}


@pytest.fixture(scope="module")
def sanitized() -> Path:
    folder = tree() / "build/host/shim-sanitized"
    return build(tree(), folder, flags=sanitize.FLAGS)


def run(library: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WORK, str(library)],
        env=sanitize.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_correct_code_is_not_complained_about(sanitized: Path) -> None:
    done = run(sanitized)
    assert done.stdout == "length 3\ndone\n"
    assert done.returncode == 0


@pytest.mark.parametrize("mutation", PLANTED, ids=lambda mutation: mutation.name)
def test_a_planted_bug_is_seen(sanitized: Path, tmp_path: Path, mutation: Mutation) -> None:
    done = run(build_mutant(tree(), sanitized, tmp_path, mutation, flags=sanitize.FLAGS))
    assert done.returncode != 0
    assert SAYS[mutation.name] in done.stderr
    assert mutation.file in done.stderr
