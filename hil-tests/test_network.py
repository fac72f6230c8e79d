# SPDX-License-Identifier: BSD-3-Clause
"""The network: an address by DHCP, echo over UDP and TCP, ping, DNS, links that come and go."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from uk_board.facts.board import Board
from uk_board.harness.dut import BoardDut

ECHO, DISCARD, SOURCE = 7, 9, 19
# A frame's worth on Ethernet: 1500 less the headers of IP and of UDP or ICMP.
WHOLE_FRAME = 1472
# TCP's share of a frame
SEGMENT = 1460
# In a row, of 56 bytes; an endurance run asks for more.
PINGS = int(os.environ.get("UK_BOARD_PINGS", "50"))
# A full-speed USB device takes 12 ms for a whole frame, a busy machine much longer.
TIMEOUT_S = 30.0
UP = r"network: up (\d+\.\d+\.\d+\.\d+)/(\d+) gw (\S+) dns (\S+) in (\d+) ms"

pytestmark = [
    pytest.mark.app("nettest"),
    pytest.mark.needs("network"),
    pytest.mark.network(ports=(ECHO, f"{ECHO}/udp", DISCARD, f"{DISCARD}/udp", SOURCE)),
    # All but a few want a board that has an address.
    pytest.mark.shared_boot(rf"{UP}\r?\n"),
]


def said(dut: BoardDut) -> str:
    """Return all that it printed since it was switched on."""
    return dut.station.console.text()


def has_random_numbers(board: Board, dut: BoardDut) -> bool:
    absent = board.emulator.absent if board.emulator and dut.station.is_emulated else ()
    return "rng" in board.devices and "rng" not in absent


def test_random_numbers_come_from_hardware_where_there_is_some(board: Board, dut: BoardDut) -> None:
    lacking = "network: random numbers: " in said(dut)
    assert lacking != has_random_numbers(board, dut)


@contextlib.contextmanager
def udp(dut: BoardDut, port: int) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.settimeout(TIMEOUT_S)
        made.connect((dut.station.host, dut.station.host_port(port, "udp")))
        yield made


@contextlib.contextmanager
def tcp(dut: BoardDut, port: int) -> Iterator[socket.socket]:
    address = (dut.station.host, dut.station.host_port(port, "tcp"))
    with socket.create_connection(address, timeout=TIMEOUT_S) as made:
        yield made


def received(connection: socket.socket, size: int) -> bytes:
    """Return the next `size` bytes, or less if the other side ended."""
    data = bytearray()
    while len(data) < size and (piece := connection.recv(min(65536, size - len(data)))):
        data += piece
    return bytes(data)


def echoed(connection: socket.socket, data: bytes) -> bytes:
    """Send all of `data` while reading what comes back, as long."""
    sender = threading.Thread(target=connection.sendall, args=(data,), daemon=True)
    sender.start()
    back = received(connection, len(data))
    sender.join(TIMEOUT_S)
    return back


def discarded(connection: socket.socket) -> tuple[int, int, int]:
    """Return how many datagrams were discarded, their bytes, the time in us they took."""
    connection.settimeout(2.0)
    for _ in range(10):  # a question may be lost as any datagram
        connection.send(b"?")
        with contextlib.suppress(TimeoutError):
            count, size, took_us = map(int, connection.recv(100).split())
            return count, size, took_us
    raise AssertionError("the board does not say what it discarded")


STATUS = r"""(?x)losses\ (?P<losses>\d+),\ leases\ (?P<leases>\d+),\ requests\ (?P<requests>\d+)
.*?rx\ (?P<rx>\d+)\ dropped\ (?P<rx_dropped>\d+)\ errors\ (?P<rx_errors>\d+)
.*?tx\ (?P<tx>\d+)\ dropped\ (?P<tx_dropped>\d+)\ errors\ (?P<tx_errors>\d+),\ bad\ (?P<bad>\d+)
.*?ran\ out\ (?P<ran_out>\d+);\ heap\ used\ (?P<heap_used>\d+),\ most\ (?P<heap_most>\d+)\r?\n"""


def status(dut: BoardDut) -> dict[str, int]:
    """Return the counters that the board prints."""
    dut.write_line("status")
    found = dut.expect(re.compile(STATUS.encode(), re.DOTALL))
    return {name: int(value) for name, value in found.groupdict().items()}


def wait_for_calm(dut: BoardDut) -> None:
    """Wait until the heap's level is the same twice, half a second apart."""
    level = -1
    while level != (level := status(dut)["heap_used"]):
        time.sleep(0.5)


def lost_of(counted: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    """Return what was dropped, went wrong or was not there since then, where there was any."""
    counters = ("rx_dropped", "tx_dropped", "rx_errors", "tx_errors", "bad", "ran_out")
    more = {name: counted[name] - before[name] for name in counters}
    return {name: count for name, count in more.items() if count}


def test_an_address_comes_by_dhcp(dut: BoardDut) -> None:
    found = re.search(UP, said(dut))
    assert found is not None
    address, prefix, gateway, dns, _ = found.groups()
    if dut.station.is_emulated:
        assert (address, prefix, gateway, dns) == ("10.0.2.15", "24", "10.0.2.2", "10.0.2.3")
    else:
        assert address == socket.gethostbyname(dut.station.host)


def test_an_address_is_renewed_and_after_its_release_comes_anew(dut: BoardDut) -> None:
    leases = status(dut)["leases"]
    for ask in ("renew", "release", "renew"):
        dut.write_line(ask)
        dut.expect(f"{ask}: an address")
        with tcp(dut, ECHO) as connection:
            assert echoed(connection, b"still here") == b"still here", ask
    assert status(dut)["leases"] >= leases + 1


def test_under_load_streams_are_whole_and_what_is_dropped_is_counted(dut: BoardDut) -> None:
    before = status(dut)
    dut.write_line(f"ping {dut.station.our_address} 40 56")
    lost = 0
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(tcp(dut, ECHO)) for _ in range(4)]
        datagrams = stack.enter_context(udp(dut, ECHO))
        datagrams.settimeout(3.0)
        sent = [os.urandom(60_000) for _ in streams]
        for connection, data in zip(streams, sent, strict=True):
            threading.Thread(target=connection.sendall, args=(data,), daemon=True).start()
        for number in range(100):
            data = number.to_bytes(4, "big") * 100
            datagrams.send(data)
            try:
                # One that took longer than we waited comes before the one that is awaited.
                while datagrams.recv(2048) != data:
                    lost -= 1
            except TimeoutError:
                lost += 1
        assert [received(connection, 60_000) for connection in streams] == sent
        lost += 40 - int(dut.expect(r"ping: \S+ (\d+) of 40 answered", timeout=180)[1])
        # Here: an answer that comes to a port which is closed is refused, and that counts as bad.
        counted = lost_of(status(dut), before)
    # Streams fill a slow device's queue, and what finds it full is dropped. One or two may get
    # lost on the way without anybody who counts.
    assert lost <= sum(counted.values()) + 5
    assert counted.keys() <= {"ran_out", "rx_dropped", "tx_dropped"}


def test_datagrams_of_every_size_come_back_as_they_were(dut: BoardDut) -> None:
    before = status(dut)
    with udp(dut, ECHO) as connection:
        for size in (0, 1, 2, 17, 18, 19, 63, 64, 65, 100, 512, 1024, WHOLE_FRAME - 1, WHOLE_FRAME):
            data = os.urandom(size)
            connection.send(data)
            assert connection.recv(65536) == data, f"{size} bytes"
    assert lost_of(status(dut), before) == {}


def test_a_datagram_in_fragments_arrives_whole(dut: BoardDut) -> None:
    # Not back again: fragments from the board end QEMU, in libslirp 4.7.
    with udp(dut, DISCARD) as connection:
        connection.send(bytes(1800))
        assert discarded(connection)[:2] == (1, 1800)


def test_a_stream_comes_back_as_it_was(dut: BoardDut) -> None:
    for size in (1, 100, 1459, 1460, 1461, 4096, 65537, 300_000):
        data = os.urandom(size)
        with tcp(dut, ECHO) as connection:
            assert echoed(connection, data) == data, f"{size} bytes"


def test_streams_at_the_same_time_do_not_mix(dut: BoardDut) -> None:
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(tcp(dut, ECHO)) for _ in range(4)]
        sent = [os.urandom(20_000) for _ in connections]
        for connection, data in zip(connections, sent, strict=True):
            threading.Thread(target=connection.sendall, args=(data,), daemon=True).start()
        back = [received(connection, 20_000) for connection in connections]
        assert back == sent


def test_connections_that_end_leave_nothing_behind(dut: BoardDut) -> None:
    def connect() -> None:
        with tcp(dut, ECHO) as connection:
            assert echoed(connection, b"x" * 3000) == b"x" * 3000

    # Stacks of tasks that ended are kept for others: as many as there were at once.
    with contextlib.ExitStack() as stack:
        for _ in range(6):
            connection = stack.enter_context(tcp(dut, ECHO))
            assert echoed(connection, b"x" * 3000) == b"x" * 3000
    wait_for_calm(dut)
    before = status(dut)
    for _ in range(20):
        connect()
    wait_for_calm(dut)
    after = status(dut)
    assert after["heap_used"] == before["heap_used"]
    assert lost_of(after, before) == {}


def test_a_reader_that_stops_does_not_stop_the_others(dut: BoardDut) -> None:
    with tcp(dut, SOURCE) as stalled, tcp(dut, ECHO) as connection:
        stalled.recv(1)
        data = os.urandom(10_000)
        assert echoed(connection, data) == data


def test_a_source_gives_the_bytes_it_should(dut: BoardDut) -> None:
    with tcp(dut, SOURCE) as connection:
        assert received(connection, 200_000) == bytes(range(256)) * 781 + bytes(range(64))


def test_a_long_stream_costs_no_frame_twice(dut: BoardDut) -> None:
    size = 400_000
    frames = size // SEGMENT + 1
    before = status(dut)
    with tcp(dut, DISCARD) as connection:
        connection.sendall(bytes(size))
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""  # the board has it all
    after = status(dut)
    # Beside them a few that open and close, and segments that are not full.
    assert frames <= after["rx"] - before["rx"] < frames * 3 // 2
    assert after["tx"] - before["tx"] < frames
    # An acknowledgement may find a slow device's queue full; the next one says the same.
    assert lost_of(after, before).keys() <= {"tx_dropped"}


def test_the_board_reaches_the_gateway(dut: BoardDut) -> None:
    for size in (0, 8, 56, 100, WHOLE_FRAME):
        dut.write_line(f"ping {dut.station.our_address} 5 {size}")
        dut.expect(rf"ping: \S+ 5 of 5 answered, {size} bytes")


@pytest.mark.timeout(300 + PINGS)
def test_pings_in_a_row_are_all_answered(dut: BoardDut) -> None:
    dut.write_line(f"ping {dut.station.our_address} {PINGS} 56")
    told = dut.expect(r"ping: \S+ ([^\r\n]+)\r?\n", timeout=200 + PINGS)[1].decode()
    assert told.startswith(f"{PINGS} of {PINGS} answered, 56 bytes"), told


def test_a_host_that_is_not_there_answers_nothing(dut: BoardDut) -> None:
    # RFC 5737: nobody has this one, anywhere.
    nobody = "10.0.2.99" if dut.station.is_emulated else "192.0.2.99"
    dut.write_line(f"ping {nobody} 1 8")
    dut.expect_exact(f"ping: {nobody} 0 of 1 answered")


def test_a_name_that_nobody_knows_is_told(dut: BoardDut) -> None:
    dut.write_line("dns no-such-name.invalid")
    dut.expect_exact("dns: no-such-name.invalid is not known")


@pytest.mark.needs("link")
def test_a_link_that_was_lost_comes_back_with_its_address(dut: BoardDut) -> None:
    before = status(dut)
    dut.station.set_link(up=False)
    dut.expect_exact("network: link down")
    dut.station.set_link(up=True)
    dut.expect_exact("network: link up")
    dut.expect(UP)
    with udp(dut, ECHO) as connection:
        connection.send(b"again")
        assert connection.recv(100) == b"again"
    after = status(dut)
    assert [after[name] - before[name] for name in ("losses", "leases")] == [1, 1]


def test_datagrams_are_received_as_fast_as_they_are_sent(
    dut: BoardDut, board: Board, record_property: Callable[[str, object], None]
) -> None:
    with udp(dut, DISCARD) as connection:
        for _ in range(300):
            connection.send(bytes(1400))
        count, size, took_us = discarded(connection)
    # What does not fit into the machine's buffers never reaches the board.
    assert 0 < count <= 300
    assert size == 1400 * count
    record_property(f"udp_receive_mb_s_{board.name}", size / max(took_us, 1))


@pytest.mark.boot_arguments("ukboard.lacks=rng")
def test_a_board_without_random_numbers_tells_of_it(dut: BoardDut) -> None:
    assert "network: random numbers: nothing answers there" in said(dut)


@pytest.mark.network(server=False)
@pytest.mark.shared_boot("uk-board: ")
def test_a_server_that_is_not_there_is_told_and_asked_again(dut: BoardDut) -> None:
    found = dut.expect(r"network: no DHCP server answers; (\d+) requests so far, asking goes on")
    dut.write_line("status")
    dut.expect(rf"link up, losses 0, leases 0, requests {found[1].decode()}")
