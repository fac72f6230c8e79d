# SPDX-License-Identifier: BSD-3-Clause
"""Network boot over the kernel's own network: two ends of a cable that is none (veth)."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from uk_board.cli import group
from uk_board.errors import BenchError, UsageError
from uk_board.netboot import dhcp
from uk_board.netboot.dhcp import Responder
from uk_board.netboot.dhcpmessage import parse
from uk_board.netboot.files import finder
from uk_board.netboot.server import other_servers, serve
from uk_board.netboot.tftp import Event
from uk_board.netboot.wire import Sockets

NEAR, FAR = "ukbn0", "ukbn1"
MAC = bytes.fromhex("b827eb123456")


def ip(*arguments: str) -> bool:
    command = ["ip", *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def cable() -> Iterator[None]:
    """A pair of interfaces, each with an address."""
    if os.geteuid() or not ip("link", "add", NEAR, "type", "veth", "peer", FAR):
        pytest.skip("only root can make a pair of network interfaces, where the kernel has veth")
    try:
        for name, address in ((NEAR, "192.168.177.1/24"), (FAR, "192.168.177.9/24")):
            assert ip("address", "add", address, "dev", name)
            assert ip("link", "set", name, "up")
        yield
    finally:
        ip("link", "delete", NEAR)


def uk_board(*arguments: object) -> Result:
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


@pytest.mark.usefixtures("cable")
def test_a_board_gets_address_and_file_on_the_interface_that_was_named() -> None:
    near, far = Sockets(NEAR), Sockets(FAR)
    events: list[Event] = []
    ended: list[Event] = []

    def run() -> None:
        responder = Responder(near.interface, "k")
        find = finder({"k": b"x" * 5000})
        ended.append(
            serve(near, responder, find, "k", time.monotonic, timeout_s=60, on_event=events.append)
        )

    server = threading.Thread(target=run)
    server.start()
    try:
        found = other_servers(far, time.monotonic, chance=random.Random(1), probe_s=10)
        assert found == ["192.168.177.1"]
        port = far.open()
        raw, answer = b"\0\1k\0octet\0", None
        for _ in range(20):
            far.send(port, ("192.168.177.1", 69), raw)
            if (answer := far.receive(1.0)) is not None:
                break
        got = b""
        while answer is not None:
            got += answer.data[4:]
            far.send(port, answer.sender, b"\0\4" + answer.data[2:4])
            answer = far.receive(20) if len(answer.data) == 516 else None
        server.join(60)
    finally:
        near.close_all()
        far.close_all()
    assert got == b"x" * 5000
    assert [event.is_whole for event in ended] == [True]


@pytest.mark.usefixtures("cable")
def test_nothing_is_heard_or_said_on_another_interface() -> None:
    near = Sockets(NEAR)
    port = near.open(1069)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.sendto(b"over lo", ("192.168.177.1", port))
    assert near.receive(0.5) is None
    near.close_all()


@pytest.mark.usefixtures("cable")
def test_it_refuses_beside_another_dhcp_server() -> None:
    far = Sockets(FAR)
    server = dhcp.Server(far, Responder(far.interface, "x"))
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            if (datagram := far.receive(0.1)) is not None:
                assert parse(datagram.data) is not None
                server.take(datagram)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        done = uk_board("flash", "qemu-virt", "--via", "netboot", "--interface", NEAR)
    finally:
        stop.set()
        thread.join()
        far.close_all()
    assert done.exit_code == 1
    assert "another DHCP server answers here: 192.168.177.9" in done.output
    assert "--proxy" in done.output


@pytest.mark.usefixtures("cable")
def test_a_dry_run_says_each_step_and_opens_nothing() -> None:
    command = ("flash", "rpi4", "--via", "netboot", "--interface", NEAR, "--dry-run")
    done = uk_board(*command)
    assert done.exit_code == 0, done.output
    for part in ("no DHCP server answers on ukbn0", "192.168.177.0/24", "boot.scr.uimg"):
        assert part in done.stdout
    assert "beside the DHCP server" in uk_board(*command, "--proxy").stdout


@pytest.mark.usefixtures("cable")
def test_a_board_that_never_asks_is_an_error_with_what_was_seen() -> None:
    near = Sockets(NEAR)
    responder = Responder(near.interface, "k")
    try:
        with pytest.raises(BenchError, match=r"no board asked for anything in 0\.3 s, not even"):
            serve(near, responder, finder({}), "k", time.monotonic, timeout_s=0.3)
    finally:
        near.close_all()


def test_an_interface_that_is_not_there_or_has_no_address_is_an_error() -> None:
    with pytest.raises(UsageError, match='no interface "nowhere0"; known: '):
        Sockets("nowhere0")
    done = uk_board("flash", "rpi4", "--via", "netboot")
    assert (done.exit_code, "--interface: is missing" in done.output) == (2, True)
