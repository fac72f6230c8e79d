# SPDX-License-Identifier: BSD-3-Clause
"""The shim on the host: built once, a fresh world for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from apicalls import api_calls, helper_names, note_api_calls
from eventworld import dynamic, static

from uk_board.shimhost import Host, build, sanitize
from uk_board.tree import tree

HOOKS_C = Path(__file__).parent / "hooks.c"
HOOKS_CDEF = """
extern struct puppet *tick_puppet, *idle_puppet;
extern unsigned long tick_calls, idle_calls, pre_sleeps, post_sleeps, slept_ticks, run_time_clock;
extern _Bool app_sleeps;
extern char overflowed[16];
void test_use_stack(size_t bytes);
void test_move_clock(unsigned long by);
void test_spoil_stack(TaskHandle_t task);
void *test_fp_room(void);
TaskHandle_t test_create_static_on(TaskFunction_t code, void *arg, UBaseType_t priority,
    StackType_t *stack, StaticTask_t *memory, UBaseType_t cores);
BaseType_t test_tag(void *arg);
BaseType_t test_core_is_valid(BaseType_t core);
BaseType_t test_core(void);
void test_macro_task(void *arg);
void test_list(char *text);
void test_run_time_stats(char *text);
"""
# Everything on that FreeRTOSConfig.h can turn on
ALL_ON = """
#define configUSE_TIMERS 0
#define configUSE_TICK_HOOK 1
#define configUSE_IDLE_HOOK 1
#define configCHECK_FOR_STACK_OVERFLOW 2
#define configUSE_TRACE_FACILITY 1
#define configUSE_STATS_FORMATTING_FUNCTIONS 1
#define configGENERATE_RUN_TIME_STATS 1
#define configUSE_APPLICATION_TASK_TAG 1
#define configNUM_THREAD_LOCAL_STORAGE_POINTERS 3
#define configQUEUE_REGISTRY_SIZE 3
#define INCLUDE_uxTaskGetStackHighWaterMark 1
#define INCLUDE_uxTaskGetStackHighWaterMark2 1
"""
# What takes another way than the default
OTHERWISE = """
extern unsigned long run_time_clock, post_sleeps;
void test_pre_sleep(unsigned int *ticks);
#define configUSE_TICKLESS_IDLE 1
#define configUSE_TIME_SLICING 0
#define configINITIAL_TICK_COUNT 0xFFFFFFFD
#define configUSE_TASK_FPU_SUPPORT 1
#define configCHECK_FOR_STACK_OVERFLOW 0
#define configUSE_CORE_AFFINITY 0
#define INCLUDE_uxTaskGetStackHighWaterMark 1
#define configUSE_TRACE_FACILITY 1
#define configUSE_STATS_FORMATTING_FUNCTIONS 1
#define configGENERATE_RUN_TIME_STATS 1
#define portGET_RUN_TIME_COUNTER_VALUE() run_time_clock
#define configPRE_SLEEP_PROCESSING(x) test_pre_sleep(&(x))
#define configPOST_SLEEP_PROCESSING(x) post_sleeps++
"""

HostBuild = Callable[..., Path]

__all__ = ["api_calls", "helper_names", "note_api_calls"]

# The claims of the map are checked when everything that could prove them has run.
LAST = "test_rows_are_proven.py"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "not_sanitized(reason): says nothing in a sanitizer")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name == LAST)
    if sanitize.VARIABLE not in os.environ:
        return
    for item in items:
        if mark := item.get_closest_marker("not_sanitized"):
            item.add_marker(pytest.mark.skip(**mark.kwargs))


@pytest.fixture(scope="session")
def host_build() -> HostBuild:
    """Build the shim under a name of its own, sanitized when the environment says so."""
    if not shutil.which("gcc"):
        pytest.skip("no C compiler on this machine")
    sanitized = sanitize.VARIABLE in os.environ

    def make(name: str, *, flags: Sequence[str] = (), **more: Any) -> Path:
        folder = tree() / "build/host" / (f"{name}-sanitized" if sanitized else name)
        more["flags"] = [*(sanitize.FLAGS if sanitized else ()), *flags]
        return build(tree(), folder, **more)

    return make


@pytest.fixture(scope="session")
def shim_library(host_build: HostBuild) -> Path:
    return host_build("shim")


@pytest.fixture
def world(shim_library: Path) -> Host:
    """A world before vTaskStartScheduler."""
    return Host(shim_library)


@pytest.fixture
def host(world: Host) -> Host:
    """A world in which tasks run."""
    world.start()
    return world


def configured(options: str) -> str:
    """Return the host's FreeRTOSConfig.h with options of a test's own."""
    config = (tree() / "shim/host/FreeRTOSConfig.h").read_text()
    guard = "#define FREERTOS_CONFIG_H\n"
    assert guard in config
    return config.replace(guard, guard + options)


@pytest.fixture(scope="session")
def hooks_library(host_build: HostBuild) -> Path:
    return host_build("hooks", sources=[HOOKS_C], cdef=HOOKS_CDEF, config=configured(ALL_ON))


@pytest.fixture(scope="session")
def otherwise_library(host_build: HostBuild) -> Path:
    return host_build("otherwise", sources=[HOOKS_C], cdef=HOOKS_CDEF, config=configured(OTHERWISE))


@pytest.fixture(params=["dynamic", "static"])
def group(request: pytest.FixtureRequest, host: Host) -> Any:
    """An event group of either kind."""
    return static(host) if request.param == "static" else dynamic(host)


@pytest.fixture
def all_on(hooks_library: Path) -> Host:
    """A world in which tasks run, with every option on."""
    made = Host(hooks_library)
    made.start()
    return made


@pytest.fixture
def otherwise(otherwise_library: Path) -> Host:
    """A world in which tasks run: tickless, no slices, ticks about to wrap, FP on request,
    stacks in the heap."""
    made = Host(otherwise_library)
    made.start()
    return made
