# SPDX-License-Identifier: BSD-3-Clause
"""What is known of tasks: handles, cores, stacks, states, run times, tables."""

from __future__ import annotations

from uk_board.shimhost import Host, Puppet

RUNNING, READY, BLOCKED, SUSPENDED, DELETED, INVALID = range(6)
FOREVER = 0xFFFFFFFF


def status(host: Host, asker: Puppet, of, with_stack: int = 1, state: int = INVALID):
    told = host.new("TaskStatus_t *")
    asker("vTaskGetInfo", of, told, with_stack, state)
    return told


def lines(host: Host, name: str, size: int = 4096) -> list[str]:
    text = host.new(f"char[{size}]")
    host.main(name, text, size)
    return host.ffi.string(text).decode().split("\r\n")


# ---- Handles and memory ----


def test_a_task_is_found_by_its_name(host: Host) -> None:
    first, second = host.task("same", 2), host.task("same", 5)
    long = host.task("a name of fifteen characters")
    assert host.main("xTaskGetHandle", host.text("same")) == first.handle
    host.main("vTaskDelete", first.handle)
    assert host.main("xTaskGetHandle", host.text("same")) == second.handle
    assert host.main("xTaskGetHandle", host.text("a name of fifte")) == long.handle
    assert host.main("xTaskGetHandle", host.text("a name")) == host.ffi.NULL
    assert not long.call("xTaskGetHandle", host.text("a name of fifteen")).done
    assert "xTaskGetHandle: the name is not shorter" in host.output()


def test_the_state_does_not_hide_a_task_from_its_name(host: Host) -> None:
    asker, other = host.task("asker", 5), host.task("other", 3)
    for state in ("vTaskDelay", "vTaskSuspend"):
        other.call(state, 10 if state == "vTaskDelay" else None)
        assert asker("xTaskGetHandle", host.text("other")) == other.handle


def test_a_static_task_tells_its_memory(host: Host) -> None:
    stack, memory = host.new("StackType_t[65536]"), host.new("StaticTask_t *")
    where, what = host.new("StackType_t **"), host.new("StaticTask_t **")
    puppet = host.puppet()
    handle = host.main(
        "xTaskCreateStatic",
        host.lib.puppet_main,
        host.text("static"),
        65536,
        puppet.struct,
        3,
        stack,
        memory,
    )
    assert host.main("xTaskGetStaticBuffers", handle, where, what) == 1
    assert (where[0], what[0]) == (host.ffi.cast("StackType_t *", stack), memory)
    assert host.main("xTaskGetStaticBuffers", host.task("other").handle, where, what) == 0


# ---- Cores ----


def test_there_is_one_core(all_on: Host) -> None:
    task, mask = all_on.task("task"), (1 << 64) - 1
    assert task("xTaskGetCurrentTaskHandleForCore", 0) == task.handle
    assert task("vTaskCoreAffinityGet", None) == mask
    all_on.main("vTaskCoreAffinitySet", task.handle, 5)
    assert task("vTaskCoreAffinityGet", None) == 5
    assert [task("test_core_is_valid", core) for core in (-1, 0, 1)] == [0, 1, 0]
    assert task("test_core") == 0
    assert not task.call("vTaskCoreAffinitySet", None, 2).done
    assert "vTaskCoreAffinitySet: without core 0" in all_on.output()
    other = all_on.task("other")
    assert not other.call("xTaskGetCurrentTaskHandleForCore", 1).done
    assert "there is no such core; tasks run on core 0" in all_on.output()


def test_tasks_are_created_for_the_core(all_on: Host) -> None:
    maker, made = all_on.task("maker", 2), all_on.new("TaskHandle_t *")
    code, name = all_on.lib.puppet_main, all_on.text("pinned")
    puppet = all_on.puppet()
    first = puppet.post("vTaskCoreAffinityGet", None)  # it runs before its maker goes on
    assert maker("xTaskCreateAffinitySet", code, name, 256, puppet.struct, 4, 1, made) == 1
    assert first.result == 1
    assert maker("vTaskCoreAffinityGet", made[0]) == 1
    stack, memory = all_on.new("StackType_t[65536]"), all_on.new("StaticTask_t *")
    puppet = all_on.puppet()
    first = puppet.post("vTaskCoreAffinityGet", None)
    handle = maker("test_create_static_on", code, puppet.struct, 4, stack, memory, 3)
    assert handle == all_on.ffi.cast("TaskHandle_t", memory)
    assert first.result == 3
    with all_on.failing_after(0):
        created = maker("xTaskCreateAffinitySet", code, name, 256, None, 1, 1, made)
    assert created == -1


def test_a_task_can_forbid_its_preemption(host: Host) -> None:
    low, high, middle = host.task("low", 2), host.task("high", 5), host.task("middle", 3)
    low("vTaskPreemptionDisable", None)
    low("vTaskPreemptionDisable", None)  # no count: one enable undoes it
    low.post("xTaskNotifyGive", high.handle)
    seen = low.post("eTaskGetState", high.handle)
    take = high.call("ulTaskNotifyTake", 1, FOREVER)
    assert take.done
    assert seen.result == READY
    # It may wait, and what runs meanwhile is preempted as ever.
    middle.post("xTaskNotifyGive", high.handle)
    seen = middle.post("eTaskGetState", high.handle)
    take = high.call("ulTaskNotifyTake", 1, FOREVER)
    assert (take.done, seen.result) == (True, BLOCKED)
    low.post("xTaskNotifyGive", high.handle)
    low.post("vTaskPreemptionEnable", None)
    seen = low.post("eTaskGetState", high.handle)
    take = high.call("ulTaskNotifyTake", 1, FOREVER)
    assert (take.done, seen.result) == (True, BLOCKED)


def test_the_preemption_of_another_task_can_be_forbidden(host: Host) -> None:
    low, high = host.task("low", 2), host.task("high", 5)
    high("vTaskPreemptionDisable", low.handle)
    seen = []
    for switch in ("vTaskPreemptionDisable", "vTaskPreemptionEnable"):
        high(switch, low.handle)
        low.post("xTaskNotifyGive", high.handle)
        seen.append(low.post("eTaskGetState", high.handle))
        high.call("ulTaskNotifyTake", 1, FOREVER)
    assert [call.result for call in seen] == [READY, BLOCKED]


def test_a_task_that_forbids_its_preemption_can_end(host: Host) -> None:
    low, high = host.task("low", 2), host.task("high", 5)
    low("vTaskPreemptionDisable", None)
    low.call("vTaskDelete", None)
    other = host.task("other", 2)
    other.post("xTaskNotifyGive", high.handle)
    seen = other.post("eTaskGetState", high.handle)
    high.call("ulTaskNotifyTake", 1, FOREVER)
    assert seen.result == BLOCKED


# ---- Stacks ----


def test_a_stack_tells_how_much_was_never_used(all_on: Host) -> None:
    stack, memory = all_on.new("StackType_t[65536]"), all_on.new("StaticTask_t *")
    puppet = all_on.puppet()
    handle = all_on.main(
        "xTaskCreateStatic",
        all_on.lib.puppet_main,
        all_on.text("static"),
        65536,
        puppet.struct,
        3,
        stack,
        memory,
    )
    all_on.bind(puppet, handle)
    before = puppet("uxTaskGetStackHighWaterMark", None)
    assert 60000 < before < 65536
    puppet("test_use_stack", 80000)
    after = all_on.main("uxTaskGetStackHighWaterMark2", handle)
    # 80000 bytes are 10000 words, from somewhere in what was used before.
    assert 65536 - 10000 - 1500 < after < 65536 - 10000
    assert puppet("uxTaskGetStackHighWaterMark", None) == after
    assert all_on.main("uxTaskGetStackHighWaterMark", None) == 0  # a Unikraft thread


# ---- States ----


def test_a_task_s_status_is_told(all_on: Host) -> None:
    task, asker = all_on.task("task", 3), all_on.task("asker", 5)
    mutex = all_on.main("xSemaphoreCreateMutex")
    task("xSemaphoreTake", mutex, 0)
    all_on.task("waiter", 4).call("xSemaphoreTake", mutex, FOREVER)
    told = status(all_on, asker, task.handle)
    assert told.xHandle == task.handle
    assert all_on.ffi.string(told.pcTaskName) == b"task"
    assert (told.uxCurrentPriority, told.uxBasePriority) == (4, 3)
    assert told.eCurrentState == BLOCKED
    assert told.usStackHighWaterMark > 0
    assert told.pxStackBase != all_on.ffi.NULL
    assert status(all_on, asker, asker.handle).xTaskNumber == told.xTaskNumber + 1
    assert status(all_on, asker, task.handle, 0).usStackHighWaterMark == 0
    assert status(all_on, asker, task.handle, 0, SUSPENDED).eCurrentState == SUSPENDED
    assert status(all_on, asker, None, 0, READY).eCurrentState == RUNNING
    task.call("vTaskSuspend", None)
    assert status(all_on, asker, task.handle).eCurrentState == SUSPENDED


def test_the_state_of_all_tasks_is_told(all_on: Host) -> None:
    asker, other = all_on.task("asker", 3), all_on.task("other", 5)
    told, total = all_on.new("TaskStatus_t[4]"), all_on.new("uint32_t *")
    other.call("vTaskDelay", 10)
    count = asker("uxTaskGetNumberOfTasks")
    assert count == 3  # and the idle task
    assert asker("uxTaskGetSystemState", told, count - 1, total) == 0
    assert asker("uxTaskGetSystemState", told, 4, total) == count
    seen = {all_on.ffi.string(one.pcTaskName): one.eCurrentState for one in told[0:3]}
    assert seen == {b"asker": RUNNING, b"other": BLOCKED, b"IDLE": READY}
    assert asker("uxTaskGetSystemState", told, 4, None) == count


def test_the_idle_thread_is_told_of_too(host: Host) -> None:
    # Where no task of the shim's stands in for it.
    told = host.new("TaskStatus_t[4]")
    task = host.task("task", 3)
    assert task("uxTaskGetNumberOfTasks") == 3
    assert task("uxTaskGetSystemState", told, 4, None) == 3
    names = [host.ffi.string(one.pcTaskName) for one in told[0:3]]
    assert names == [b"Tmr Svc", b"task", b"IDLE"]


def test_all_tasks_are_listed_in_a_table(all_on: Host) -> None:
    before = all_on.lib.host_live_blocks()
    all_on.task("sleeper", 3).call("vTaskDelay", 10)
    all_on.task("suspended", 4).call("vTaskSuspend", None)
    blocks = all_on.lib.host_live_blocks()
    table = lines(all_on, "vTaskListTasks")
    assert table[0].startswith("IDLE           \tR\t0\t")
    assert table[1].startswith("sleeper        \tB\t3\t")
    assert table[2].startswith("suspended      \tS\t4\t")
    assert table[2].endswith("\t3")
    assert table[3:] == [""]
    text = all_on.new("char[65536]")
    all_on.main("test_list", text)
    assert all_on.ffi.string(text).decode().split("\r\n") == table
    assert all_on.lib.host_live_blocks() == blocks > before


def test_a_table_stays_within_its_buffer(all_on: Host) -> None:
    all_on.task("sleeper", 3)
    for size in range(1, 60):
        text = all_on.new("char[64]", b"\xee" * 64)
        all_on.main("vTaskListTasks", text, size)
        used = bytes(all_on.ffi.buffer(text))
        assert 0 in used[:size]
        assert used[size:] == b"\xee" * (64 - size)
    with all_on.failing_after(0):
        text = all_on.new("char[64]", b"x" * 64)
        all_on.main("vTaskListTasks", text, 64)
    assert all_on.ffi.string(text) == b""


# ---- Run time ----


def test_run_times_are_counted(all_on: Host) -> None:
    busy, other = all_on.task("busy", 3), all_on.task("other", 5)
    busy("host_spend", 3_000_000)
    other("host_spend", 1_000_000)
    assert all_on.main("ulTaskGetRunTimeCounter", busy.handle) == 3000  # microseconds
    assert all_on.main("ulTaskGetRunTimeCounter", other.handle) == 1000
    assert all_on.main("ulTaskGetRunTimePercent", busy.handle) == 75
    busy.post("host_spend", 2_000_000)
    running = busy.post("ulTaskGetRunTimeCounter", None)
    all_on.run()
    assert running.result == 5000
    assert status(all_on, other, busy.handle).ulRunTimeCounter == 5000
    total, told = all_on.new("uint32_t *"), all_on.new("TaskStatus_t[4]")
    other("uxTaskGetSystemState", told, 4, total)
    assert total[0] == 6000


def test_run_times_are_counted_by_the_application_s_clock(otherwise: Host) -> None:
    busy, other = otherwise.task("busy", 3), otherwise.task("other", 3)
    busy("test_move_clock", 300)
    assert otherwise.main("ulTaskGetRunTimeCounter", busy.handle) == 300
    assert otherwise.main("ulTaskGetRunTimeCounter", other.handle) == 0


def test_the_idle_task_s_time_is_counted(all_on: Host) -> None:
    puppet = all_on.puppet()
    all_on.lib.idle_puppet = puppet.struct
    puppet.post("host_spend", 1_000_000)
    spend = puppet.post("ulTaskGetIdleRunTimeCounter")
    all_on.run()
    assert spend.result == 1000
    assert all_on.main("ulTaskGetIdleRunTimeCounter") == 1000
    assert all_on.main("ulTaskGetIdleRunTimePercent") == 100


def test_run_times_are_listed_in_a_table(all_on: Host) -> None:
    assert lines(all_on, "vTaskGetRunTimeStatistics") == [""]  # no time has passed
    busy = all_on.task("busy", 3)
    all_on.task("other", 3)("host_spend", 1_000)
    busy("host_spend", 1_000_000)
    table = lines(all_on, "vTaskGetRunTimeStatistics")
    assert table == [
        "IDLE           \t0\t\t<1%",
        "busy           \t1000\t\t100%",
        "other          \t1\t\t<1%",
        "",
    ]
    text = all_on.new("char[65536]")
    all_on.main("test_run_time_stats", text)
    assert all_on.ffi.string(text).decode().split("\r\n") == table
