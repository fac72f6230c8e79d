# SPDX-License-Identifier: BSD-3-Clause
"""AddressSanitizer and UndefinedBehaviorSanitizer: all tests in them, and planted bugs are seen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from uk_board.shimhost import build, sanitize
from uk_board.shimhost.mutant import Mutation, build_mutant
from uk_board.tree import tree

pytestmark = pytest.mark.skipif(sanitize.VARIABLE in os.environ, reason="runs inside itself")
SHARES = 3
# Of each share, building included: what hangs ends, and a machine that others use, too, may take
# its time. Alone it is half a minute.
DEADLINE_S = 840
# pytest-embedded's helper process outlives a pytest that a sanitizer ends, and would hold on to
# the output. With --capture=sys a sanitizer's report goes there, not into pytest's own file.
PYTEST = "-m pytest -v -p no:cacheprovider -p no:pytest_embedded -p no:uk_board --capture=sys"
# A test that hangs in C is named, and ends also when nobody waits for it any more.
PYTEST += " --timeout=400 --timeout-method=thread"
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


def shares() -> list[list[Path]]:
    """All files with tests of the shim but this one."""
    files = sorted(file for file in Path(__file__).parent.glob("test_*.py"))
    files.remove(Path(__file__))
    return [files[number::SHARES] for number in range(SHARES)]


def run_tests(files: list[Path], output: Path, env: dict[str, str]) -> tuple[int, str]:
    """Run tests in a session of their own, of which nothing is left; return status and output."""
    command = [sys.executable, *PYTEST.split(), *map(str, files)]
    with output.open("w") as file:
        tests = subprocess.Popen(
            command,
            cwd=tree(),
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
        try:
            status = tests.wait(timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            status = -1
            file.write(f"\nnot done after {DEADLINE_S} s\n")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(tests.pid, signal.SIGKILL)
            tests.wait()
    return status, "\n".join(output.read_text().splitlines()[-100:])


@pytest.mark.timeout(DEADLINE_S + 60)
@pytest.mark.parametrize("files", shares(), ids=[f"share-{number + 1}" for number in range(SHARES)])
def test_the_tests_of_the_shim_pass_in_both(files: list[Path], tmp_path: Path) -> None:
    status, said = run_tests(files, tmp_path / "output", sanitize.environment())
    assert status == 0, said
    assert " passed" in said
