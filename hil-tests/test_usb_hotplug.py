# SPDX-License-Identifier: BSD-3-Clause
"""A USB network adapter that is plugged in while the board runs works as if it had been there.

Plugging it out is not tried on the emulator: QEMU 10.0 ends by an assertion of its own.
"""

from __future__ import annotations

import socket

import pytest

from uk_board.harness.dut import BoardDut
from uk_board.hil import needs

ECHO = 7
TIMEOUT_S = 30.0

pytestmark = [
    pytest.mark.app("nettest"),
    needs("usb-hotplug", "network"),
    pytest.mark.network(ports=(ECHO,), plugged=False),
]


def test_an_adapter_that_is_plugged_in_later_gets_an_address_and_carries_data(
    dut: BoardDut,
) -> None:
    dut.write_line("status")
    before = dut.expect(r"(?s)(.*)status: link (\w+),")
    assert (b"network: up" in before[1], before[2]) == (False, b"down")
    dut.station.plug_usb()
    dut.expect(r"network: up \d+\.\d+\.\d+\.\d+/\d+")
    address = (dut.station.host, dut.station.host_port(ECHO, "tcp"))
    with socket.create_connection(address, timeout=TIMEOUT_S) as connection:
        connection.sendall(b"plugged")
        assert connection.recv(100) == b"plugged"
