# SPDX-License-Identifier: BSD-3-Clause
"""lwIP over a driver written for FreeRTOS+TCP, in both of its forms, on a machine."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from thirdparty import package

from uk_board.build.build import build
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch
from uk_board.emulation.network import Forward, Network, host_port
from uk_board.facts.board import Board

DEADLINE_S = 240.0
TCPNET = Path(__file__).parent.parent / "apps" / "tcpnet"
ECHO = 7
# Those of the driver's ring for receiving, which it always has
BUFFERS, HELD = 64, 16
# What TCP still holds comes back within it
SETTLING_S = 30
FORMS = {"v4": (0, 0), "older": (1, 0), "own_memory": (0, 1)}
NETWORK = Network((Forward(0, ECHO), Forward(0, ECHO, "udp")))

Boot = Callable[[str], Iterator[Emulator]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the application is, for all forms: most of it is built once."""
    made = tmp_path_factory.mktemp("tcpnet")
    shutil.copytree(TCPNET, made / "tcpnet")
    return made


@pytest.fixture
def boot(folder: Path, board: Callable[[str], Board]) -> Callable[[str], Iterator[Emulator]]:
    """Build the application with a driver of that form and boot it."""
    package("lwip")
    target = board("qemu-virt")

    @contextmanager
    def booted(form: str) -> Iterator[Emulator]:
        text = (TCPNET / "FreeRTOSIPConfig.h").read_text()
        for option, value in zip(
            ("OLDER_INTERFACE", "DRIVER_OWNS_BUFFERS"), FORMS[form], strict=True
        ):
            text, found = re.subn(rf"(ipconfig{option}\t+)0\n", rf"\g<1>{value}\n", text)
            assert found == 1
        (folder / "tcpnet/FreeRTOSIPConfig.h").write_text(text)
        image = build(target, folder / "tcpnet", out=folder / "out").image
        with Emulator(target, Launch(image, network=NETWORK)) as emulator:
            yield emulator

    return booted


def ask(connection: socket.socket, data: bytes) -> bytes:
    """Send a datagram until there is an answer; any may be lost."""
    for _ in range(10):
        connection.send(data)
        try:
            return connection.recv(65536)
        except TimeoutError:
            continue
    raise AssertionError(f"no answer to {len(data)} bytes")


@pytest.mark.parametrize("form", FORMS)
def test_an_address_echo_and_every_buffer_back(boot: Boot, form: str) -> None:
    with boot(form) as emulator:
        emulator.console.expect(r"network: up 10\.0\.2\.15/24", DEADLINE_S)
        emulator.console.expect("tcpnet: ready", DEADLINE_S)
        forwards = emulator.forwards()
        address = ("127.0.0.1", host_port(forwards, ECHO, "udp", form))
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as datagrams:
            datagrams.settimeout(20.0)
            datagrams.connect(address)
            for size in (0, 2, 17, 18, 19, 63, 64, 100, 512, 1024, 1471, 1472):
                data = os.urandom(size)
                assert ask(datagrams, data) == data, size
            stream_echoes(host_port(forwards, ECHO, "tcp", form), 300_000)
            free, least = settled_buffers(datagrams)
        # Of what was sent last, the device may still have one.
        assert BUFFERS - HELD - 1 <= free <= BUFFERS - HELD
        assert 0 < least < free


def settled_buffers(datagrams: socket.socket) -> tuple[int, int]:
    """Return free and least free buffers once TCP's last bytes are acknowledged."""
    for _ in range(SETTLING_S):
        free, least = map(int, ask(datagrams, b"?").split())
        if free >= BUFFERS - HELD - 1:
            break
        time.sleep(1.0)
    return free, least


def stream_echoes(port: int, size: int) -> None:
    data, back = os.urandom(size), bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S) as stream:
        sender = threading.Thread(target=stream.sendall, args=(data,), daemon=True)
        sender.start()
        while len(back) < size and (piece := stream.recv(65536)):
            back += piece
        sender.join(DEADLINE_S)
    assert bytes(back) == data


def test_a_cable_that_is_pulled_and_put_back_is_noticed(boot: Boot) -> None:
    with boot("v4") as emulator:
        emulator.console.expect(r"network: up 10\.0\.2\.15/24", DEADLINE_S)
        emulator.set_link(up=False)
        emulator.console.expect("network: link down", DEADLINE_S)
        emulator.set_link(up=True)
        emulator.console.expect(r"network: up 10\.0\.2\.15/24", DEADLINE_S)
