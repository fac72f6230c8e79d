# SPDX-License-Identifier: BSD-3-Clause
"""The shim generator: what it makes of the map, and what it refuses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from uk_board.cli.shim import command
from uk_board.errors import DescriptorError, UsageError
from uk_board.shimgen import coverage, explain, generate, host_sources
from uk_board.shimgen.generator import load_checked
from uk_board.shimgen.reach import read_reach
from uk_board.shimgen.reader import FOLDER, read_map
from uk_board.tree import tree

BAD = Path(__file__).parent / "bad" / "shim"


@pytest.fixture
def small_map(tmp_path: Path) -> Path:
    """A tree with the contract, types and vocabulary, and no row yet."""
    shutil.copytree(tree() / "shim/contract", tmp_path / "shim/contract")
    (tmp_path / FOLDER / "include").mkdir(parents=True)
    for name in ("conversions.toml", "public-api.toml", "include/freertos_types.h"):
        shutil.copy(tree() / FOLDER / name, tmp_path / FOLDER / name)
    return tmp_path


def write_rows(root: Path, rows: str) -> None:
    (root / FOLDER / "new.toml").write_text(f'caption = "New"\nheader = "task.h"\n\n{rows}')


@pytest.mark.parametrize("file", sorted(BAD.glob("*.toml")), ids=lambda file: file.stem)
def test_bad_map_is_refused_with_its_message(file: Path, small_map: Path) -> None:
    expected = file.read_text().splitlines()[0].removeprefix("# ")
    shutil.copy(file, small_map / FOLDER / "bad.toml")
    with pytest.raises(DescriptorError) as raised:
        generate(small_map)
    assert expected in str(raised.value)


def test_bad_maps_are_there() -> None:
    assert len(list(BAD.glob("*.toml"))) > 20


def test_a_row_becomes_prototype_and_thunk(small_map: Path) -> None:
    write_rows(
        small_map,
        '[api.vNew]\nprototype = "void vNew(const TaskHandle_t xTask, UBaseType_t uxPriority)"\n'
        'by_hand = "shim_new(xTask, level(uxPriority))"\nisr = false\nnot_null = ["xTask"]\n'
        'rules = [{ check = "uxPriority < 7", says = "too high" }]\n',
    )
    files = generate(small_map)
    assert "void vNew(TaskHandle_t xTask, UBaseType_t uxPriority);" in files["freertos_new_api.h"]
    assert "void shim_new(TaskHandle_t, unsigned int);" in files["shim_by_hand.h"]
    assert files["thunks_new.c"].endswith(
        "void vNew(TaskHandle_t xTask, UBaseType_t uxPriority)\n{\n"
        '\tSHIM_RULE(!shim_in_isr(), "vNew",\n\t\t  "called from an interrupt handler");\n'
        '\tSHIM_RULE(xTask != NULL, "vNew",\n\t\t  "xTask is NULL");\n'
        '\tSHIM_RULE(shim_task_alive(xTask), "vNew",\n'
        '\t\t  "xTask is no task, or one that was deleted");\n'
        '\tSHIM_RULE(uxPriority < 7, "vNew",\n\t\t  "too high");\n'
        "\tshim_new(xTask, shim_level(uxPriority));\n}\n"
    )


def test_a_handle_is_checked_by_its_type_unless_the_row_says_what_it_is(small_map: Path) -> None:
    write_rows(
        small_map,
        '[api.vNew]\nprototype = "void vNew(QueueHandle_t xOne, QueueHandle_t xTwo)"\n'
        'by_hand = "shim_new(xOne, xTwo)"\nisr = true\nkinds = { xTwo = "mutex" }\n',
    )
    made = generate(small_map)["thunks_new.c"]
    assert "SHIM_RULE(!xOne || shim_queue_alive(xOne)," in made
    assert "SHIM_RULE(!xTwo || shim_mutex_alive(xTwo)," in made


def test_an_expression_nests_contract_calls(small_map: Path) -> None:
    write_rows(
        small_map,
        '[api.xNew]\nprototype = "TickType_t xNew(void)"\n'
        'becomes = "ticks(ukplat_monotonic_clock())"\nisr = true\n',
    )
    made = generate(small_map)["thunks_new.c"]
    assert "\treturn shim_ticks(ukplat_monotonic_clock());\n" in made


def test_a_macro_passes_its_parameters_in_parentheses(small_map: Path) -> None:
    write_rows(
        small_map,
        '[api.xOld]\nprototype = "BaseType_t xOld(QueueHandle_t q, void * p, TickType_t t)"\n'
        'by_hand = "shim_old(q, p, t)"\nisr = true\n\n'
        '[api.xNew]\nmacro = "xNew(q)"\nbecomes = "xOld(q, NULL, 0)"\n',
    )
    made = generate(small_map)["freertos_new_api.h"]
    assert "#define xNew(q) \\\n\txOld((q), NULL, 0)\n" in made


def test_a_prototype_with_a_body_becomes_an_inline_function(small_map: Path) -> None:
    write_rows(
        small_map,
        '[api.xNew]\nprototype = "uint32_t xNew(uint32_t volatile * p, void * q)"\n'
        'text = "return *p + (q != NULL);"\nisr = true\n',
    )
    files = generate(small_map)
    assert (
        "static portFORCE_INLINE uint32_t xNew(volatile uint32_t *p, void *q)\n"
        "{\n\treturn *p + (q != NULL);\n}\n"
    ) in files["freertos_new_api.h"]
    assert "thunks_new.c" not in files


def test_generation_is_deterministic() -> None:
    assert generate(tree()) == generate(tree())


def test_every_generated_file_says_where_it_comes_from() -> None:
    for text in generate(tree()).values():
        assert text.startswith("/* Generated from ")
        assert "uk-board build" in text.splitlines()[0]


def contract_check(root: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Compile the contract check of `root` against the host core's headers."""
    file = folder / "check.c"
    file.write_text(generate(root)["shim_contract_check.c"])
    include = tree() / "shim/host/include"
    return subprocess.run(
        ["gcc", "-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra", f"-I{include}", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not shutil.which("gcc"), reason="no C compiler on this machine")
def test_the_host_core_keeps_the_contract(tmp_path: Path) -> None:
    assert contract_check(tree(), tmp_path).stderr == ""


@pytest.mark.skipif(not shutil.which("gcc"), reason="no C compiler on this machine")
@pytest.mark.parametrize(
    ("header", "old", "new", "says"),
    [
        ("uk/sched.h", "void uk_sched_yield(void)", "int uk_sched_yield(void)", "uk_sched_yield"),
        ("uk/thread.h", "uint32_t flags;", "uint64_t flags;", "uk_thread.flags is not uint64_t"),
        ("uk/arch/time.h", "unsigned long __nsec", "unsigned int __nsec", "__nsec is not"),
        ("uk/print.h", "uk_pr_crit", "uk_pr_panic", "no macro uk_pr_panic"),
        ("uk/alloc.h", "__sz size);", "int size);", "uk_malloc(struct uk_alloc *a, int size)"),
    ],
)
def test_a_core_that_breaks_the_contract_does_not_compile(
    small_map: Path, tmp_path: Path, header: str, old: str, new: str, says: str
) -> None:
    file = small_map / "shim/contract" / header
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    done = contract_check(small_map, tmp_path)
    assert done.returncode != 0
    assert says in done.stderr


def test_coverage_counts_every_public_name() -> None:
    counted = coverage(tree()).as_json()
    assert list(counted) == ["public", "provided", "differs", "missing"]
    assert counted["public"] == 291
    assert counted["provided"] + len(counted["missing"]) == 291
    assert counted["provided"] >= 100
    assert set(counted["differs"]).isdisjoint(counted["missing"])


def test_what_is_in_no_row_is_told_as_not_mapped(small_map: Path) -> None:
    counted = coverage(small_map)
    assert counted.provided == ()
    assert set(counted.missing.values()) == {"not mapped yet"}


def test_explain_follows_a_macro_to_the_c_function() -> None:
    explained = explain(tree(), "xSemaphoreTake")
    assert explained.through == ("xQueueSemaphoreTake",)
    assert explained.function == "BaseType_t shim_semaphore_take(QueueHandle_t, TickType_t)"
    assert explained.place.startswith("shim/freertos/semaphore.c:")
    assert explained.isr is False


def test_explain_names_contract_calls_with_their_header() -> None:
    disable = ("void ukplat_lcpu_disable_irq(void)  <uk/plat/lcpu.h>",)
    assert explain(tree(), "vPortDisableInterrupts").calls == disable
    assert explain(tree(), "portDISABLE_INTERRUPTS").calls == disable
    (clock,) = explain(tree(), "xTaskGetTickCount").calls
    assert "ukplat_monotonic_clock" in clock


def test_explain_follows_c_through_functions_to_the_contract() -> None:
    calls = " ".join(explain(tree(), "vTaskDelay").calls)
    # By way of shim_block and shim_deadline, which are functions of other files.
    for name in ("uk_schedprio_block", "uk_schedprio_yield", "ukplat_monotonic_clock"):
        assert name in calls
    assert "uk_malloc" not in calls
    assert "uk_malloc" in " ".join(explain(tree(), "pvPortMalloc").calls)


@pytest.mark.skipif(not shutil.which("gcc"), reason="no C compiler on this machine")
def test_what_the_source_reaches_is_what_the_objects_need(tmp_path: Path) -> None:
    for name, text in host_sources(tree()).items():
        (tmp_path / name).write_text(text)
    checked = load_checked(tree())
    contract = set(checked.contract.functions())
    reach = read_reach(tree(), checked.parts, contract)
    host, shim = tree() / "shim/host", tree() / FOLDER
    places = [tmp_path, host, host / "include", shim, shim / "include"]
    command = ["gcc", "-std=gnu11", "-O0", "-c", '-DSHIM_PORT_H="port_host.h"', "-o"]
    files = sorted(shim.glob("*.c"))
    assert files
    for file in files:
        compiled = tmp_path / f"{file.stem}.o"
        flags = [f"-I{place}" for place in places]
        subprocess.run([*command, str(compiled), *flags, str(file)], check=True)
        listed = subprocess.run(["nm", "-u", compiled], capture_output=True, text=True, check=True)
        needed = contract & set(listed.stdout.split())
        reached = reach.ends_of_file(file.relative_to(tree()))
        # The source has what other options would need, too.
        assert reached >= needed, file.name
        assert reached == needed or "#if" in file.read_text(), file.name


def test_explain_of_an_unknown_name_lists_the_nearest() -> None:
    with pytest.raises(UsageError, match="nearest: xQueueSend,"):
        explain(tree(), "xQueueSen")


def test_coverage_prints_json() -> None:
    done = CliRunner().invoke(command, ["coverage", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.output)["public"] == 291


def test_coverage_and_explain_print_tables() -> None:
    assert "291" in CliRunner().invoke(command, ["coverage"]).output
    output = CliRunner().invoke(command, ["explain", "xQueueSend"]).output
    assert "xQueueGenericSend" in output
    assert "test_a_queue_is_first_in_first_out" in output


def test_shim_c_includes_only_the_contract() -> None:
    contract = tree() / "shim/contract"
    offered = {file.relative_to(contract).as_posix() for file in contract.rglob("*.h")}
    # Where an interrupt is told from a thread is each core's own affair.
    ours = {file for file in (tree() / FOLDER).glob("*.[ch]") if not file.stem.startswith("port_")}
    for file in ours:
        for line in file.read_text().splitlines():
            if line.startswith("#include <uk/"):
                assert line.split("<")[1].rstrip(">") in offered, f"{file.name}: {line}"


def test_libraries_beside_the_shim_include_only_their_contract() -> None:
    shim, base = tree() / "shim", tree() / "shim/contract"
    folders = list(shim.glob("*/contract"))
    assert folders
    for own in folders:
        offered = {f.relative_to(top).as_posix() for top in (base, own) for f in top.rglob("*.h")}
        # The configuration is everybody's.
        offered.add("uk/config.h")
        for file in own.parent.glob("*.[ch]"):
            for line in file.read_text().splitlines():
                if line.startswith("#include <uk/"):
                    assert line.split("<")[1].rstrip(">") in offered, f"{file.name}: {line}"


def test_drivers_know_nothing_of_unikraft_and_boards() -> None:
    drivers = [file for file in (tree() / "drivers").rglob("*.[ch]") if "_test" not in file.stem]
    assert drivers
    # What the build writes for all; third-party libraries are configured by it.
    generated = re.compile(r"<uk/config\.h>|<board_addresses\.h>")
    for file in drivers:
        text = generated.sub("", file.read_text())
        for word in ("uk/", "uk_", "ukplat", "board.h", "board_"):
            assert word not in text, f"{file}: {word}"


def test_public_names_are_each_there_once() -> None:
    names = read_map(tree()).public.names()
    assert len(names) == len(set(names)) == 291
