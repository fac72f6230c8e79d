# SPDX-License-Identifier: BSD-3-Clause
"""The shim on the host: built once, a fresh world for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from uk_board.shimhost import Host, build
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
void host_idle(void);
"""
# Everything on that FreeRTOSConfig.h can turn on
ALL_ON = [
    "configUSE_TICK_HOOK=1",
    "configUSE_IDLE_HOOK=1",
    "configCHECK_FOR_STACK_OVERFLOW=2",
    "configUSE_TRACE_FACILITY=1",
    "configUSE_STATS_FORMATTING_FUNCTIONS=1",
    "configGENERATE_RUN_TIME_STATS=1",
    "configUSE_APPLICATION_TASK_TAG=1",
    "configNUM_THREAD_LOCAL_STORAGE_POINTERS=3",
    "configQUEUE_REGISTRY_SIZE=3",
    "INCLUDE_uxTaskGetStackHighWaterMark=1",
    "INCLUDE_uxTaskGetStackHighWaterMark2=1",
]
# What takes another way than the default
OTHERWISE = [
    "configUSE_TICKLESS_IDLE=1",
    "configUSE_TIME_SLICING=0",
    "configINITIAL_TICK_COUNT=0xFFFFFFFD",
    "configUSE_TASK_FPU_SUPPORT=1",
    "configUSE_STATS_FORMATTING_FUNCTIONS=1",
    "configGENERATE_RUN_TIME_STATS=1",
    "configUSE_TRACE_FACILITY=1",
    "portGET_RUN_TIME_COUNTER_VALUE()=run_time_clock",
    "configPRE_SLEEP_PROCESSING(x)=test_pre_sleep(&(x))",
    "configPOST_SLEEP_PROCESSING(x)=post_sleeps++",
]


@pytest.fixture(scope="session")
def shim_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("gcc"):
        pytest.skip("no C compiler on this machine")
    return build(tree(), tmp_path_factory.mktemp("shim"))


@pytest.fixture
def world(shim_library: Path) -> Host:
    """A world before vTaskStartScheduler."""
    return Host(shim_library)


@pytest.fixture
def host(world: Host) -> Host:
    """A world in which tasks run."""
    world.start()
    return world


@pytest.fixture(scope="session")
def hooks_library(shim_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hooks")
    return build(tree(), folder, sources=[HOOKS_C], flags=[f"-D{option}" for option in ALL_ON])


@pytest.fixture(scope="session")
def otherwise_library(shim_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("otherwise")
    (folder / "otherwise.h").write_text(
        "extern unsigned long run_time_clock, post_sleeps;\nvoid test_pre_sleep(unsigned int *);\n"
    )
    flags = [f"-D{option}" for option in OTHERWISE]
    flags += ["-include", str(folder / "otherwise.h")]
    return build(tree(), folder, sources=[HOOKS_C], flags=flags)


@pytest.fixture
def all_on(hooks_library: Path) -> Host:
    """A world in which tasks run, with every option on."""
    made = Host(hooks_library, HOOKS_CDEF)
    made.start()
    return made


@pytest.fixture
def otherwise(otherwise_library: Path) -> Host:
    """A world in which tasks run: tickless, no slices, ticks about to wrap, FP on request."""
    made = Host(otherwise_library, HOOKS_CDEF)
    made.start()
    return made
