# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board shim check`: what drivers use, what of it there is, and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from uk_board.cli.shim.check import command
from uk_board.drivercheck import FileReport, check_drivers
from uk_board.drivercheck.knowledge import Knowledge
from uk_board.errors import MissingError
from uk_board.shimgen.reader import read_map
from uk_board.tree import tree

PROVIDED = """\
#include "FreeRTOS.h"
#include "semphr.h"
#include <string.h>
#include "part.h"
#include "vendor/chip.h"

static SemaphoreHandle_t lock;

void part_init(char *buffer)
{
	/* vTaskList(buffer) would not count */
	lock = xSemaphoreCreateMutex();
	memset(buffer, 0, 4);
	part_write(buffer);
	vTaskDelay(pdMS_TO_TICKS(10));
	portYIELD_FROM_ISR(pdTRUE);
}
"""


def report(folder: Path, text: str, name: str = "driver.c") -> FileReport:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    (one,) = check_drivers(tree(), [file]).files
    return one


def states(found: FileReport, kind: str = "freertos") -> dict[str, str]:
    return {one.name: one.state for one in found.findings if one.kind == kind}


def test_each_name_is_provided_or_differs_with_its_lines_and_words(tmp_path: Path) -> None:
    found = report(tmp_path, PROVIDED)
    assert states(found) == {
        "SemaphoreHandle_t": "provided",
        "xSemaphoreCreateMutex": "provided",
        "vTaskDelay": "provided",
        "pdMS_TO_TICKS": "provided",
        "portYIELD_FROM_ISR": "differs",
        "pdTRUE": "provided",
    }
    assert states(found, "libc") == {"memset": "provided"}
    assert states(found, "other") == {"part_write": "unknown"}
    (differs,) = found.of("differs")
    assert differs.lines == (16,)
    rows = {row.name: row for row in read_map(tree()).rows()}
    assert differs.words == rows["portYIELD_FROM_ISR"].differs
    words = "driver.c: 6 FreeRTOS names: 5 provided, 1 differs, 0 missing"
    assert found.headline.endswith(words)


def test_includes_are_ours_found_or_unknown(tmp_path: Path) -> None:
    (tmp_path / "part.h").write_text("void part_write(char *buffer);\n")
    found = report(tmp_path, PROVIDED)
    assert {one.name: one.state for one in found.includes} == {
        "FreeRTOS.h": "ours",
        "semphr.h": "ours",
        "string.h": "ours",
        "part.h": "found",
        "vendor/chip.h": "unknown",
    }


@pytest.mark.parametrize(
    ("call", "kind", "words", "todo"),
    [
        ("vCoRoutineSchedule()", "freertos", "co-routines", "leave it out"),
        ("xTaskResumeAl()", "freertos", "nearest: xTaskResumeAll", "give its file"),
        ("xQueueCreateWithCaps(1, 2, 3)", "freertos", "certain memory", "without WithCaps"),
        ("vTaskSwitchContext()", "freertos", "internal", "leave the file out"),
        ("x = configMY_OWN", "freertos", "not set", "define configMY_OWN in your FreeRTOSConfig.h"),
        ("FreeRTOS_printf((s))", "tcp", "FreeRTOS+TCP", "build FreeRTOS+TCP itself"),
        ("NVIC_EnableIRQ(3)", "vendor", "CMSIS", "vPortEnableInterrupt"),
        ("HAL_GPIO_WritePin(a, b, c)", "vendor", "ST's HAL", "this board's bus"),
        ("XScuGic_Connect(&gic, 1, f, p)", "vendor", "Xilinx", "xPortInstallInterruptHandler"),
        ("heap_caps_malloc(1, 2)", "vendor", "memory", "pvPortMalloc"),
        ("isr_register(1, 2, 3, f)", "vendor", "board", "xPortInstallInterruptHandler"),
        ("qsort(a, 1, 2, f)", "libc", "<stdlib.h>", "needs a C library"),
        ("uk_made_up(1)", "unikraft", "not in the built-in core", "upstream"),
    ],
)
def test_what_is_missing_says_why_and_what_to_do(
    tmp_path: Path, call: str, kind: str, words: str, todo: str
) -> None:
    found = report(tmp_path, f"void f(void *a)\n{{\n\t{call};\n}}\n")
    (missing,) = found.of("missing")
    assert (missing.kind, missing.lines) == (kind, (3,))
    assert words in missing.words
    assert todo in missing.todo


def test_every_public_name_that_is_missing_is_reported_so(tmp_path: Path) -> None:
    shim_map = read_map(tree())
    rows = {row.name for row in shim_map.rows()}
    absent = [name for name in shim_map.public.names() if name not in rows]
    body = "".join(f"\t{name}();\n" for name in shim_map.public.names())
    found = report(tmp_path, f"void f(void)\n{{\n{body}}}\n")
    headers = {one.name for one in found.of("provided")} - rows
    assert {one.name for one in found.of("missing")} == set(absent) - headers
    assert len(found.findings) == len(shim_map.public.names())


def test_old_names_count_as_the_new_ones(tmp_path: Path) -> None:
    found = report(tmp_path, "xSemaphoreHandle s;\nportTickType t = 5 / portTICK_RATE_MS;\n")
    assert set(states(found).values()) == {"provided"}
    assert {one.name: one.words for one in found.findings}["portTickType"] == (
        "an old name of TickType_t"
    )
    (missing,) = report(tmp_path, "xCoRoutineHandle c;\n").of("missing")
    assert missing.words == (
        "an old name of CoRoutineHandle_t; a type of FreeRTOS whose objects are not offered"
    )


@pytest.mark.parametrize(
    "text",
    [
        '#include "freertos/FreeRTOS.h"\nTaskHandle_t t;\n',
        "static portMUX_TYPE m;\n",
        "void f(void) { portENTER_CRITICAL(&m); }\n",
    ],
)
def test_esp_idfs_dialect_is_recognised(tmp_path: Path, text: str) -> None:
    assert report(tmp_path, text).headline.endswith("0 missing; ESP-IDF dialect")


def test_the_plain_dialect_is_told_from_esp_idfs(tmp_path: Path) -> None:
    assert report(tmp_path, "void f(void) { portENTER_CRITICAL(); }\n").dialect == "FreeRTOS"
    assert report(tmp_path, "int x;\n").dialect == ""


def test_own_definitions_are_not_asked_of_anybody(tmp_path: Path) -> None:
    text = (
        "#define xTaskMine(x) (x)\n"
        "static void vQueueMine(int HAL_Parameter) { int xListMine = HAL_Parameter; }\n"
        "void f(void) { vQueueMine(xTaskMine(1)); }\n"
    )
    assert report(tmp_path, text).findings == ()


def test_files_of_one_folder_know_each_other(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "include/part").mkdir(parents=True)
    (tmp_path / "include/part/hal.h").write_text("#define HAL_Macro(x) (x)\nint HAL_Init(void);\n")
    (tmp_path / "src/hal.c").write_text("int HAL_Init(void) { return 0; }\n")
    (tmp_path / "src/driver.c").write_text(
        '#include "part/hal.h"\nvoid f(void) { HAL_Macro(HAL_Init()); HAL_Other(); }\n'
    )
    found = check_drivers(tree(), [tmp_path])
    assert [one.name for file in found.files for one in file.of("missing")] == ["HAL_Other"]
    assert [one.state for file in found.files for one in file.includes] == ["found"]


def test_a_given_configuration_sets_its_options(tmp_path: Path) -> None:
    text = '#include "FreeRTOSConfig.h"\nint x = configMY_OWN;\n'
    assert report(tmp_path, text).of("missing") != []
    (tmp_path / "FreeRTOSConfig.h").write_text("#define configMY_OWN 3\n")
    assert report(tmp_path, text).of("missing") == []
    assert report(tmp_path, "#if configMAYBE\nint x;\n#endif\n").of("missing") == []


def test_hooks_and_vectors_that_a_file_defines_are_told(tmp_path: Path) -> None:
    found = report(tmp_path, "void vApplicationIRQHandler(unsigned int id) { (void)id; }\n")
    (missing,) = found.of("missing")
    assert "acknowledges each interrupt itself" in missing.words
    (differs,) = report(tmp_path, "void vApplicationNoSuchHook(void) { }\n").of("differs")
    assert "never calls" in differs.words


def test_a_task_function_macro_is_a_use_of_it(tmp_path: Path) -> None:
    found = report(tmp_path, "static portTASK_FUNCTION(vMine, pvParameters)\n{\n}\n")
    assert states(found)["portTASK_FUNCTION"] == "provided"


def test_bytes_that_are_no_text_and_empty_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "old.c").write_bytes(b"/* \xe9t\xe9 \xff */\nvoid f(void) { vTaskDelay(1); }\n")
    (tmp_path / "empty.c").write_bytes(b"")
    first, second = check_drivers(tree(), [tmp_path]).files
    assert (first.findings, states(second)) == ((), {"vTaskDelay": "provided"})


def test_a_place_without_c_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no C files"):
        check_drivers(tree(), [tmp_path])
    with pytest.raises(MissingError, match="no such file or folder"):
        check_drivers(tree(), [tmp_path / "absent.c"])


def test_our_own_drivers_find_everything() -> None:
    assert check_drivers(tree(), [tree() / "drivers"]).complete


def test_groups_know_no_name_that_is_offered() -> None:
    knowledge = Knowledge(tree())
    for name in read_map(tree()).public.names():
        verdict = knowledge.of_use(name, is_call=True, only_condition=False)
        assert verdict is not None
        assert verdict.kind == "freertos", name


def test_the_command_prints_and_exits_with_what_it_found(tmp_path: Path) -> None:
    file = tmp_path / "driver.c"
    file.write_text(PROVIDED)
    done = CliRunner().invoke(command, [str(file)])
    assert done.exit_code == 0
    assert done.output.startswith(f"{file}: 6 FreeRTOS names: 5 provided, 1 differs, 0 missing\n")
    assert "  differs portYIELD_FROM_ISR (line 16): " in done.output
    assert "1 files, 1 of them use FreeRTOS: 1 find everything, 0 do not" in done.output
    file.write_text(PROVIDED.replace("part_write", "HAL_Write"))
    done = CliRunner().invoke(command, [str(file)])
    assert done.exit_code == 1
    assert "1 of vendors missing" in done.output
    assert "    try: only what drives a part outside the chip" in done.output


def test_the_command_prints_json(tmp_path: Path) -> None:
    file = tmp_path / "driver.c"
    file.write_text(PROVIDED)
    done = CliRunner().invoke(command, ["--json", str(file)])
    found = json.loads(done.output)
    assert found["complete"] is True
    assert found["conditions_evaluated"] is False
    assert found["counts"]["freertos"] == {"provided": 5, "differs": 1, "missing": 0}
    (one,) = found["files"]
    assert {"name": "vendor/chip.h", "line": 5, "state": "unknown"} in one["includes"]
    names = {name["name"]: name for name in one["names"]}
    assert names["vTaskDelay"] == {
        "name": "vTaskDelay", "kind": "freertos", "state": "provided", "lines": [15]
    }  # fmt: skip
