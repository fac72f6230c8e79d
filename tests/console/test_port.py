# SPDX-License-Identifier: BSD-3-Clause
"""Ports: opened for one program only, nothing lost, found again; local, TCP and RFC 2217."""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from madeusb import MadeUsb
from ptyboard import TIOCGEXCL, PluggedBoard, PtyBoard, until

from uk_board.desk.benchfile import Port
from uk_board.disk.facts import Machine
from uk_board.errors import BenchError, MissingError
from uk_board.serial.ports import LastingStream, SerialStream, open_port
from uk_board.serial.stream import ByteStream
from uk_board.serial.tty import TtyPort


def opened(board: PtyBoard, folder: Path, baud: int = 115200) -> TtyPort:
    return TtyPort(board.node, baud, owner="tester", locks=folder)


def all_of(stream: ByteStream, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = stream.read(60)
        assert more, f"{len(data)} of {size} bytes came"
        data += more
    return data


def test_what_came_before_the_port_was_opened_is_read(tmp_path: Path) -> None:
    board = PtyBoard()
    board.say(b"first words\r\n")
    port = opened(board, tmp_path)
    assert all_of(port, 13) == b"first words\r\n"
    port.close()


def test_every_byte_value_passes_both_ways(tmp_path: Path) -> None:
    board = PtyBoard()
    port = opened(board, tmp_path)
    everything = bytes(range(256))
    board.say(everything)
    assert all_of(port, 256) == everything
    port.write(everything)
    assert board.hear(256) == everything
    port.close()


@pytest.mark.parametrize("baud", [9600, 115200, 250_000, 3_000_000])
def test_any_rate_is_set(tmp_path: Path, baud: int) -> None:
    board = PtyBoard()
    port = opened(board, tmp_path, baud)
    told = fcntl.ioctl(board.slave, 0x802C542A, bytes(44))
    assert struct.unpack("=4IB19s2I", told)[-1] == baud
    port.close()


def test_a_taken_port_says_who_has_it_and_is_free_afterwards(tmp_path: Path) -> None:
    board = PtyBoard()
    port = opened(board, tmp_path)
    with pytest.raises(BenchError, match=f"is taken by process {os.getpid()} of tester"):
        opened(board, tmp_path)
    port.close()
    port.close()
    opened(board, tmp_path).close()


def test_the_lock_of_a_process_that_died_is_free(tmp_path: Path) -> None:
    board = PtyBoard()
    code = (
        "import sys, os\nfrom pathlib import Path\nfrom uk_board.serial.tty import TtyPort\n"
        f"TtyPort(Path({str(board.node)!r}), 9600, owner='x', locks=Path({str(tmp_path)!r}))\n"
        "print('open', flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(BenchError, match=f"taken by process {other.pid} of x"):
            opened(board, tmp_path)
        # Without our lock, the port's own tells: and who has it.
        (tmp_path / "elsewhere").mkdir()
        with pytest.raises(BenchError, match=f"taken by .*process {other.pid}"):
            opened(board, tmp_path / "elsewhere")
        other.kill()
    opened(board, tmp_path).close()


def test_others_are_shut_out_while_it_is_open_and_not_after(tmp_path: Path) -> None:
    board = PtyBoard()

    def shut() -> int:
        told = fcntl.ioctl(board.slave, TIOCGEXCL, bytes(4))
        return int.from_bytes(told, sys.byteorder)

    port = opened(board, tmp_path)
    assert shut() == 1
    port.close()
    assert shut() == 0


def test_what_is_no_port_is_told(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="is no serial port"):
        TtyPort(Path("/dev/null"), 9600, owner="x", locks=tmp_path)
    with pytest.raises(MissingError, match="no such port"):
        TtyPort(tmp_path / "none", 9600, owner="x", locks=tmp_path)
    assert list(tmp_path.glob("*.lock"))  # and their locks are free again:
    with pytest.raises(BenchError, match="is no serial port"):
        TtyPort(Path("/dev/null"), 9600, owner="x", locks=tmp_path)


def test_a_port_that_vanishes_50_times_is_found_again_each_time(tmp_path: Path) -> None:
    usb = MadeUsb(tmp_path)
    # Another adapter of the same kind is always there, and is never taken for ours.
    usb.tty(usb.device("1-9", "0403:6001", serial="other"), "ttyUSB99")
    plugged = PluggedBoard(usb)
    board = plugged.plug()
    told: list[str] = []
    port = Port(usb="0403:6001", serial="A1")
    stream = LastingStream(lambda: open_port(port, 115200, usb.machine, tmp_path), told.append)
    got = bytearray()

    def read() -> None:
        while data := stream.read(None):
            got.extend(data)

    def came(size: int) -> bool:
        return len(got) >= size

    def lost(times: int) -> bool:
        return stream.losses >= times

    reader = threading.Thread(target=read)
    reader.start()
    expected = b""
    for count in range(50):
        words = b"life %d\n" % count
        board.say(words)
        expected += words
        until(partial(came, len(expected)), f"output of life {count}")
        plugged.unplug()
        until(partial(lost, count + 1), f"loss {count}")
        board = plugged.plug()
    board.say(b"end\n")
    until(lambda: got.endswith(b"end\n"), "the end")
    stream.close()
    reader.join(60)
    assert not reader.is_alive()
    assert bytes(got) == expected + b"end\n"
    assert told == ["the port is gone; waiting for it", "the port is back"] * 50
    board.vanish()


def test_a_port_that_is_gone_takes_nothing_and_may_be_waited_for(tmp_path: Path) -> None:
    usb = MadeUsb(tmp_path)
    told: list[str] = []
    port = Port(path="1-1")

    def opener() -> SerialStream:
        return open_port(port, 115200, usb.machine, tmp_path)

    with pytest.raises(MissingError, match="no adapter USB at USB 1-1; no serial adapter"):
        LastingStream(opener, told.append)
    stream = LastingStream(opener, told.append, may_wait=True)
    assert stream.read(0.01) is None
    with pytest.raises(BenchError, match="the port is gone; 3 bytes were not sent"):
        stream.write(b"abc")
    board = PluggedBoard(usb).plug()
    board.say(b"hello")
    assert all_of(stream, 5) == b"hello"
    stream.close()
    assert stream.read(None) == b""


def test_two_adapters_that_fit_are_an_error_that_tells_them_apart(tmp_path: Path) -> None:
    usb = MadeUsb(tmp_path)
    for number in range(2):
        usb.tty(usb.device(f"1-{number}", "1a86:7523"), f"ttyUSB{number}")
    with pytest.raises(BenchError, match=r"2 adapters are 1a86:7523; .*USB 1-0.*USB 1-1"):
        open_port(Port(usb="1a86:7523"), 9600, usb.machine, tmp_path)


@contextmanager
def tcp_server(data: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Serve `data` to the first that connects, and keep what he sends until he goes."""
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(data)
                while more := connection.recv(65536):
                    got.append(more)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], got
        thread.join(60)


def test_tcp_is_read_in_large_pieces_and_loses_nothing(tmp_path: Path) -> None:
    data = os.urandom(1 << 20) * 8
    with tcp_server(data) as (number, got):
        port = open_port(Port(url=f"socket://127.0.0.1:{number}"), 9600, Machine())
        sizes = []
        digest = hashlib.sha256()
        while sum(sizes) < len(data):
            piece = port.read(60)
            assert piece
            sizes.append(len(piece))
            digest.update(piece)
        assert digest.digest() == hashlib.sha256(data).digest()
        # pyserial's own reader gets one byte at a time.
        assert len(data) / len(sizes) > 1000
        port.write(b"typed")
        with pytest.raises(BenchError, match="has no break"):
            port.send_break()
        port.close()
    assert b"".join(got) == b"typed"


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
    for scheme in ("socket", "rfc2217"):
        with pytest.raises(BenchError, match=f"{scheme}://127.0.0.1:{number}"):
            open_port(Port(url=f"{scheme}://127.0.0.1:{number}"), 9600, Machine())


class Rfc2217Server:
    """pyserial's own server side, for one client, over a loop-back port."""

    def __init__(self) -> None:
        serial = pytest.importorskip("serial")
        from serial import rfc2217

        self.port = serial.serial_for_url("loop://", timeout=0.02)
        self.breaks: list[bool] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.number = self._server.getsockname()[1]
        self._manager = rfc2217.PortManager
        self._connection: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        self._connection, _ = self._server.accept()
        lock = threading.Lock()
        connection = self._connection

        class Link:
            def write(self, data: bytes) -> None:
                with lock:
                    connection.sendall(data)

        manager = self._manager(self.port, Link())

        def back() -> None:
            while connection.fileno() >= 0:
                data = self.port.read(self.port.in_waiting or 1)
                if data:
                    Link().write(b"".join(manager.escape(data)))

        threading.Thread(target=back, daemon=True).start()
        while data := connection.recv(4096):
            self.port.write(b"".join(manager.filter(data)))
            self.breaks.append(bool(self.port.break_condition))

    def drop(self) -> None:
        assert self._connection is not None
        self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()
        self._server.close()


@pytest.mark.filterwarnings("ignore:set.*deprecated:DeprecationWarning")
def test_rfc2217_sets_the_rate_echoes_sends_a_break_and_tells_its_end() -> None:
    server = Rfc2217Server()
    port = open_port(Port(url=f"rfc2217://127.0.0.1:{server.number}"), 57600, Machine())
    assert server.port.baudrate == 57600
    data = bytes(range(256)) * 64  # with IAC, which is doubled on the way
    port.write(data)
    assert all_of(port, len(data)) == data
    assert port.read(0.01) is None
    port.send_break(0.05)
    until(lambda: True in server.breaks, "the break")
    server.drop()
    begin = time.monotonic()
    assert port.read(60) == b""
    assert time.monotonic() - begin < 60
    port.close()


def test_the_kernel_takes_a_break_on_a_pty(tmp_path: Path) -> None:
    port = opened(PtyBoard(), tmp_path)
    port.send_break(0.001)
    port.close()
    with pytest.raises(BenchError, match="no break was sent: it is closed"):
        port.send_break(0.001)
