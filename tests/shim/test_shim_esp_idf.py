# SPDX-License-Identifier: BSD-3-Clause
"""ESP-IDF's dialect: a driver in its layout, with its locks, cores and interrupts.

The driver is shim/host/esp_idf.c; that it compiles with every warning is the first test.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from uk_board.drivercheck.knowledge import Knowledge
from uk_board.shimhost import Host
from uk_board.tree import tree

INCLUDE = tree() / "shim/freertos/include"
IRQ, OTHER_IRQ = 4, 6
OK, NO_MEM, INVALID_ARG, NOT_FOUND = 0, 0x101, 0x102, 0x105
SHARED, DISABLED = 1 << 8, 1 << 11
NO_AFFINITY = 0xFFFFFFFFFFFFFFFF


def allocated(host: Host, count, source: int = IRQ, flags: int = 0, status=None):
    """Attach the counting handler; return the error and the handle."""
    made = host.new("intr_handle_t *")
    handler = host.lib.test_esp_count
    if status is None:
        return host.main("esp_intr_alloc", source, flags, handler, count, made), made[0]
    register, mask = status
    call = ("esp_intr_alloc_intrstatus", source, flags, register, mask, handler, count, made)
    return host.main(*call), made[0]


def counter(host: Host):
    return host.new("uint32_t *")


def test_esp_idf_critical_sections_mask_interrupts(host: Host) -> None:
    task, masked = host.task("task", 2), host.new("uint32_t[16]")
    steps = task("test_esp_locks", masked)
    assert list(masked)[:steps] == [1, 0] * 6
    steps = task("test_esp_try_locks", masked)
    assert list(masked)[:steps] == [1, 1, 1, 0]
    assert task("xPortEnterCriticalTimeout", masked, 0) == 1
    assert task("ukplat_lcpu_irqs_disabled") == 1
    for name in ("portENTER_CRITICAL_ISR", "portENTER_CRITICAL_SAFE", "taskENTER_CRITICAL_ISR"):
        task(name)  # without a lock, as FreeRTOS's own are
    for name in ("portEXIT_CRITICAL_ISR", "portEXIT_CRITICAL_SAFE", "taskEXIT_CRITICAL_ISR"):
        task(name)
        assert task("ukplat_lcpu_irqs_disabled") == 1
    task("portEXIT_CRITICAL")
    assert task("ukplat_lcpu_irqs_disabled") == 0


def test_esp_idf_tells_interrupt_from_task(host: Host) -> None:
    task, irq = host.task("task", 2), host.interrupt(IRQ)
    task.call("test_esp_assert_task")
    assert (task("test_esp_in_isr"), task("portCHECK_IF_IN_ISR")) == (0, 0)
    inside = irq.post("test_esp_in_isr")
    host.raise_interrupt(IRQ)
    assert inside.result == 1
    assert host.output() == ""
    irq.post("portASSERT_IF_IN_ISR")
    host.raise_interrupt(IRQ)
    assert "configASSERT failed at" in host.output()


def test_esp_idf_has_one_core(host: Host) -> None:
    task = host.task("task", 2)
    assert task("test_esp_core", task.handle) == 0
    assert task("xPortGetCoreID") == 0
    assert task("test_esp_current") == task.handle


@pytest.mark.parametrize("core", [0, NO_AFFINITY])
def test_esp_idf_creates_pinned_tasks(host: Host, core: int) -> None:
    creator, made = host.task("creator", 2), host.new("TaskHandle_t *")
    dynamic, static = host.puppet(), host.puppet()
    common = (host.lib.puppet_main, host.text("pinned"), 256)
    args = (*common, dynamic.struct, 3, made, core)
    assert creator("xTaskCreatePinnedToCore", *args) == 1
    host.bind(dynamic, made[0])
    assert dynamic("uxTaskPriorityGet", None) == 3
    stack, storage = host.new("StackType_t[8192]"), host.new("StaticTask_t *")
    before = host.lib.host_live_blocks()
    args = (host.lib.puppet_main, host.text("static"), 8192, static.struct, 4, stack)
    # More arguments than a puppet's call has: made from outside, before it runs.
    handle = host.lib.xTaskCreateStaticPinnedToCore(
        *(
            host.ffi.cast(kind, host.raw(value))
            for kind, value in zip(
                ("TaskFunction_t", "char *", "uint32_t", "void *", "UBaseType_t", "StackType_t *"),
                args,
                strict=True,
            )
        ),
        storage,
        host.ffi.cast("BaseType_t", core),
    )
    host.run()
    assert host.lib.host_live_blocks() == before
    host.bind(static, handle)
    assert static("uxTaskPriorityGet", None) == 4


def test_esp_idf_refuses_a_core_that_there_is_not(host: Host) -> None:
    creator, puppet = host.task("creator", 2), host.puppet()
    args = (host.lib.puppet_main, host.text("pinned"), 256, puppet.struct, 3, None, 1)
    assert not creator.call("xTaskCreatePinnedToCore", *args).done
    words = "xTaskCreatePinnedToCore: the core is neither 0 nor tskNO_AFFINITY"
    assert words in host.output()


def test_esp_idf_attaches_an_interrupt(host: Host) -> None:
    task, count = host.task("task", 2), counter(host)
    assert task("test_esp_attach", IRQ, DISABLED, count) == OK
    assert task("test_esp_line") == IRQ
    event = task.call("test_esp_event", 100)
    host.raise_interrupt(IRQ)
    assert (count[0], event.done) == (0, False)
    assert host.main("test_esp_switch", 1) == OK
    assert (count[0], event.result) == (1, 1)  # it was pending
    host.raise_interrupt(IRQ)
    assert task("test_esp_event", 0) == 2
    assert task("test_esp_switch", 0) == OK
    host.raise_interrupt(IRQ)
    assert count[0] == 2
    assert task("test_esp_detach") == OK
    host.raise_interrupt(IRQ)
    assert count[0] == 2


def test_esp_idf_gives_back_what_it_took_for_an_interrupt(host: Host) -> None:
    count = counter(host)
    _, first = allocated(host, count)
    assert host.main("esp_intr_free", first) == OK
    before = host.lib.host_live_blocks()
    _, handle = allocated(host, count)
    assert host.main("esp_intr_free", handle) == OK
    assert host.lib.host_live_blocks() == before
    for allowed in (0, 1):
        with host.failing_after(allowed):
            assert allocated(host, count, OTHER_IRQ) == (NO_MEM, host.ffi.NULL)


def test_esp_idf_shares_a_line_only_when_all_say_so(host: Host) -> None:
    one, two = counter(host), counter(host)
    error, alone = allocated(host, one)
    assert (error, allocated(host, two, flags=SHARED)[0]) == (OK, NOT_FOUND)
    host.main("esp_intr_free", alone)
    _, first = allocated(host, one, flags=SHARED)
    assert allocated(host, two)[0] == NOT_FOUND
    _, second = allocated(host, two, flags=SHARED)
    host.raise_interrupt(IRQ)
    assert (one[0], two[0]) == (1, 1)
    host.main("esp_intr_disable", first)
    host.raise_interrupt(IRQ)
    assert (one[0], two[0]) == (1, 2)
    host.main("esp_intr_free", second)
    host.main("esp_intr_enable", first)
    host.raise_interrupt(IRQ)
    assert (one[0], two[0]) == (2, 2)


def test_esp_idf_calls_only_the_handler_whose_status_is_set(host: Host) -> None:
    one, two = counter(host), counter(host)
    status = host.main("test_esp_status")
    address = host.raw(status)
    assert 0 < address < 1 << 32
    assert allocated(host, one, flags=SHARED, status=(address, 1))[0] == OK
    assert allocated(host, two, flags=SHARED, status=(address, 2))[0] == OK
    for bits in (1, 2, 2, 3, 4):
        status[0] = bits
        host.raise_interrupt(IRQ)
    assert (one[0], two[0]) == (2, 3)


@pytest.mark.parametrize(
    ("source", "handler", "status", "error"),
    [(IRQ, False, (0, 0), INVALID_ARG), (IRQ, True, (4096, 0), INVALID_ARG),
     (-1, True, (0, 0), NOT_FOUND), (9999, True, (0, 0), NOT_FOUND)],
)  # fmt: skip
def test_esp_idf_refuses_what_cannot_be_attached(
    host: Host, source: int, handler: bool, status: tuple[int, int], error: int
) -> None:
    call = host.lib.test_esp_count if handler else None
    made = host.new("intr_handle_t *")
    name = "esp_intr_alloc_intrstatus"
    assert host.main(name, source, 0, *status, call, None, made) == error
    assert made[0] == host.ffi.NULL
    for name in ("esp_intr_free", "esp_intr_enable", "esp_intr_disable"):
        assert host.main(name, None) == INVALID_ARG


def headers() -> list[str]:
    """FreeRTOS's own headers, without what they are made of."""
    parts = {"FreeRTOSConfig.h", "spinlock.h", "croutine.h"}
    names = {path.name for path in INCLUDE.glob("*.h")} - parts
    return sorted(name for name in names if not name.startswith(("freertos_", "esp_")))


@pytest.mark.parametrize("name", headers())
def test_every_header_is_at_esp_idfs_place_too(name: str, shim_library: Path) -> None:
    source = f'#include "freertos/FreeRTOS.h"\n#include "freertos/{name}"\nint x;\n'
    command = ["gcc", "-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-xc", "-"]
    command += [f"-I{shim_library.parent}", f"-I{INCLUDE}"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    assert done.stderr == ""


BOTH_DIALECTS = """
#include "FreeRTOS.h"
#include "task.h"
static portMUX_TYPE only_named_here = portMUX_INITIALIZER_UNLOCKED;
void isr(BaseType_t woken);
void isr(BaseType_t woken)
{
    portENTER_CRITICAL();
    taskENTER_CRITICAL(&only_named_here);
    taskEXIT_CRITICAL(&only_named_here);
    portEXIT_CRITICAL();
    if (portCHECK_IF_IN_ISR())
        portYIELD_FROM_ISR();
    else
        portYIELD_FROM_ISR(woken == pdTRUE);
    portEND_SWITCHING_ISR(woken);
    portTRY_ENTER_CRITICAL(&only_named_here, 1);
    portEXIT_CRITICAL_SAFE(&only_named_here);
    portMUX_INITIALIZE(&only_named_here);
}
"""


@pytest.mark.parametrize(
    "compiler",
    [("gcc", "-xc", "-std=c99"), ("gcc", "-xc", "-std=c17"), ("gcc", "-xc", "-std=gnu11"),
     ("g++", "-xc++", "-std=c++17"), ("aarch64-linux-gnu-gcc", "-xc", "-std=c11")],
    ids=" ".join,
)  # fmt: skip
def test_both_dialects_compile_in_every_standard(
    compiler: tuple[str, ...], shim_library: Path
) -> None:
    if not shutil.which(compiler[0]):
        pytest.skip(f"no {compiler[0]} on this machine")
    flags = ["-fsyntax-only", "-ffreestanding", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    flags += [f"-I{shim_library.parent}", f"-I{INCLUDE}", "-"]
    command = [*compiler, *flags]
    done = subprocess.run(command, input=BOTH_DIALECTS, capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_the_old_names_are_names_of_freertos() -> None:
    legacy = (INCLUDE / "freertos_legacy.h").read_text()
    old = dict(re.findall(r"^#define (?!conf|FREERTOS)(\w+)\s+(\w+)$", legacy, re.M))
    assert len(old) == 25
    assert old.pop("pxContainer") == "pvContainer"  # a field
    knowledge = Knowledge(tree())
    for name in (*old, *old.values()):
        verdict = knowledge.of_use(name, is_call=True, only_condition=False)
        assert verdict is not None
        assert verdict.kind == "freertos", name
