# SPDX-License-Identifier: BSD-3-Clause
"""IPv6 on a machine: addresses of its own, neighbours, ping, UDP and TCP with this host."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from thirdparty import package

from uk_board.build.build import build
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch
from uk_board.emulation.network import Network
from uk_board.facts.board import Board

NET6 = Path(__file__).parent.parent / "apps" / "net6"
DEADLINE_S = 240.0
# RFC 4291, 2.5.1 and 2.5.6, of QEMU's first address 52:54:00:12:34:56; QEMU's net is fec0::/64
ADDRESSES = {"link-local": "FE80::5054:FF:FE12:3456", "autoconfigured": "FEC0::5054:FF:FE12:3456"}
STEPS = ("ping fe80::2", "ping fec0::2", "small datagram", "whole datagram", "stream")


@contextlib.contextmanager
def echo() -> Iterator[int]:
    """Echo datagrams and one stream on ::1, to which QEMU's gateway leads; yield the port."""
    with (
        socket.create_server(("::1", 0), family=socket.AF_INET6) as streams,
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as datagrams,
    ):
        port: int = streams.getsockname()[1]
        datagrams.bind(("::1", port))

        def serve_datagrams() -> None:
            with contextlib.suppress(OSError):
                # Shut down, it gives nothing, of nobody.
                while (packet := datagrams.recvfrom(65536))[1]:
                    datagrams.sendto(*packet)

        def serve_stream() -> None:
            with contextlib.suppress(OSError):
                connection = streams.accept()[0]
                with connection:
                    connection.settimeout(DEADLINE_S)
                    connection.sendall(
                        b"".join(iter(lambda: connection.recv(65536), b"")),
                    )

        for serve in (serve_datagrams, serve_stream):
            threading.Thread(target=serve, daemon=True).start()
        yield port
        for one in (streams, datagrams):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def has_ipv6() -> bool:
    """Whether this host has its own end of IPv6."""
    with contextlib.suppress(OSError), echo():
        return True
    return False


@pytest.mark.skipif(not has_ipv6(), reason="this host has no IPv6, not even ::1")
def test_addresses_ping_datagrams_and_a_stream(
    tmp_path: Path, board: Callable[[str], Board]
) -> None:
    package("lwip")
    target = board("qemu-virt")
    image = build(target, NET6, out=tmp_path).image
    with echo() as port:
        launch = Launch(image, append=f"net6.port={port}", network=Network())
        with Emulator(target, launch) as emulator:
            for what, address in ADDRESSES.items():
                emulator.console.expect(f"net6: {what} good", DEADLINE_S)
                emulator.console.expect(re.escape(f"net6: address {address}"), DEADLINE_S)
            for step in STEPS:
                emulator.console.expect(f"net6: {re.escape(step)} (good|FAILED)", DEADLINE_S)
                assert f"{step} good" in emulator.console.text(), emulator.console.text()
