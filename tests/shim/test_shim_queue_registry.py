# SPDX-License-Identifier: BSD-3-Clause
"""Names of queues, and the memory of static ones."""

from __future__ import annotations

from uk_board.shimhost import Host


def name_of(host: Host, queue) -> bytes | None:
    name = host.main("pcQueueGetName", queue)
    return None if name == host.ffi.NULL else host.ffi.string(name)


def test_the_registry_names_queues(all_on: Host) -> None:
    queues = [all_on.main("xQueueCreate", 1, 4) for _ in range(4)]
    assert name_of(all_on, queues[0]) is None
    for number, queue in enumerate(queues):  # room for three
        all_on.main("vQueueAddToRegistry", queue, all_on.text(f"queue {number}"))
    assert [name_of(all_on, queue) for queue in queues] == [
        b"queue 0",
        b"queue 1",
        b"queue 2",
        None,
    ]
    all_on.main("vQueueAddToRegistry", queues[1], all_on.text("another name"))
    assert name_of(all_on, queues[1]) == b"another name"
    all_on.main("vQueueUnregisterQueue", queues[1])
    all_on.main("vQueueAddToRegistry", queues[3], all_on.text("late"))
    assert name_of(all_on, queues[1]) is None
    assert name_of(all_on, queues[3]) == b"late"


def test_a_deleted_queue_is_in_no_registry(all_on: Host) -> None:
    memory, storage = all_on.new("StaticQueue_t *"), all_on.new("uint8_t[8]")
    queue = all_on.main("xQueueCreateStatic", 2, 4, storage, memory)
    all_on.main("vQueueAddToRegistry", queue, all_on.text("old"))
    all_on.main("vQueueDelete", queue)
    again = all_on.main("xQueueCreateStatic", 2, 4, storage, memory)
    assert again == queue
    assert name_of(all_on, again) is None


def test_without_room_the_registry_keeps_nothing(host: Host) -> None:
    queue = host.main("xQueueCreate", 1, 4)
    host.main("vQueueAddToRegistry", queue, host.text("name"))
    assert name_of(host, queue) is None
    host.main("vQueueUnregisterQueue", queue)


def test_static_queues_tell_their_memory(host: Host) -> None:
    memory, storage = host.new("StaticQueue_t *"), host.new("uint8_t[8]")
    where, what = host.new("uint8_t **"), host.new("StaticQueue_t **")
    queue = host.main("xQueueCreateStatic", 2, 4, storage, memory)
    assert host.main("xQueueGetStaticBuffers", queue, where, what) == 1
    assert (where[0], what[0]) == (host.ffi.cast("uint8_t *", storage), memory)
    semaphore = host.main("xSemaphoreCreateBinaryStatic", host.new("StaticQueue_t *"))
    assert host.main("xSemaphoreGetStaticBuffer", semaphore, what) == 1
    assert what[0] == host.ffi.cast("StaticQueue_t *", semaphore)
    what[0] = host.ffi.NULL
    for dynamic in (host.main("xQueueCreate", 2, 4), host.main("xSemaphoreCreateMutex")):
        assert host.main("xSemaphoreGetStaticBuffer", dynamic, what) == 0
        assert what[0] == host.ffi.NULL
