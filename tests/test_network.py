# SPDX-License-Identifier: BSD-3-Clause
"""What an emulated board's network is connected to, and the C that brings it up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from uk_board.build.build import plan_image
from uk_board.build.codegen import generate
from uk_board.build.component import load_app
from uk_board.emulation.launch import Launch, command_line
from uk_board.emulation.network import Forward, Network, host_port, parse_forward, parse_usernet
from uk_board.errors import BenchError, DescriptorError, UsageError
from uk_board.facts.boards import board_folders, load_board
from uk_board.tree import tree

USERNET = """\
Hub -1 (net0):
  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ
  TCP[ESTABLISHED]   14       127.0.0.1 51844       10.0.2.15    19     0     0
  TCP[HOST_FORWARD]  12       127.0.0.1 38463       10.0.2.15     7     0     0
  UDP[HOST_FORWARD]  13       127.0.0.1 57518       10.0.2.15     7     0     0
"""


@pytest.mark.parametrize(
    ("text", "forward"),
    [
        ("8080:80", Forward(8080, 80, "tcp")),
        ("0:7/udp", Forward(0, 7, "udp")),
        ("65535:65535/tcp", Forward(65535, 65535, "tcp")),
    ],
)
def test_a_forward_is_read(text: str, forward: Forward) -> None:
    assert parse_forward(text) == forward


@pytest.mark.parametrize(
    "text", ["", "80", "80:", ":80", "80:0", "65536:1", "1:65536", "1:2/sctp", "1:2,id=x", "-1:2"]
)
def test_what_is_no_forward_says_what_one_is(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_forward(text)
    assert f'"{text}" is wrong; HOSTPORT:GUESTPORT' in str(caught.value)


def test_the_ports_that_qemu_chose_are_found() -> None:
    forwards = parse_usernet(USERNET)
    assert forwards == [Forward(38463, 7, "tcp"), Forward(57518, 7, "udp")]
    assert host_port(forwards, 7, "udp", "a board") == 57518
    with pytest.raises(BenchError) as caught:
        host_port(forwards, 80, "tcp", "a board")
    assert "a board: tcp port 80 is not forwarded; forwarded: tcp 127.0.0.1:38463 -> 7" in str(
        caught.value
    )


def test_qemu_gets_the_boards_device_and_the_ports() -> None:
    network = Network((Forward(0, 7), Forward(5000, 7, "udp")))
    assert list(network.options("usb-net,port=1")) == [
        "-netdev",
        "user,hostfwd=tcp:127.0.0.1:0-:7,hostfwd=udp:127.0.0.1:5000-:7,id=net0",
        "-device",
        "usb-net,netdev=net0,port=1",
    ]


def test_without_a_server_nobody_is_at_the_other_end() -> None:
    assert list(Network(server=False).options("virtio-net-device"))[1] == "hubport,hubid=0,id=net0"


def test_an_image_without_a_network_gets_no_device() -> None:
    board = load_board("qemu-virt", board_folders())
    command = command_line(board, Launch(Path("k")))
    assert "-netdev" not in command
    assert command[command.index("-nic") + 1] == "none"


def test_an_emulator_without_a_network_device_is_told() -> None:
    board = load_board("qemu-virt", board_folders())
    assert board.emulator is not None
    without = replace(board, emulator=replace(board.emulator, network=None))
    with pytest.raises(DescriptorError) as caught:
        command_line(without, Launch(Path("k"), network=Network()))
    assert "qemu-virt: emulator: names no network device" in str(caught.value)


def test_each_driver_is_told_at_boot_what_the_emulator_lacks() -> None:
    board = load_board("rpi4", board_folders())
    assert board.emulator is not None
    emulator = replace(board.emulator, poll=("i2c1", "usb"), absent=("genet", "rng"))
    lacking = replace(board, emulator=emulator)
    command = command_line(lacking, Launch(Path("k"), append="x=1"))
    assert command[command.index("-append") + 1] == ("ukboard.lacks=i2c1.irq,usb.irq,genet,rng x=1")


def test_the_boards_devices_are_brought_up_in_order() -> None:
    board = load_board("qemu-virt", board_folders())
    files = generate(plan_image(board, load_app("nettest", tree())))
    text = files["board.c"]
    assert "error = virtio_net_init(&board_virtio0);" in text
    assert ".count = 32," in text
    assert "int board_network_start(" in files["include/board_devices.h"]


def test_where_hardware_makes_random_numbers_the_network_begins_with_them() -> None:
    plan = plan_image(load_board("rpi3", board_folders()), load_app("nettest", tree()))
    text = generate(plan)["board.c"]
    assert "if (bcm2835_rng_init(&board_rng)" in text
    assert "lwip_port_random_source(random_fill)" in text
    assert text.index("error = random_start();") < text.index("error = dwc2_init(&board_usb);")


def test_where_none_does_the_network_tells_of_it() -> None:
    plan = plan_image(load_board("pine64", board_folders()), load_app("nettest", tree()))
    text = generate(plan)["board.c"]
    assert "random_start(void)\n{\n\treturn NET_ERR_NO_DEVICE;\n}" in text
    assert 'tell("random numbers", error);' in text


def test_an_image_without_a_network_brings_nothing_up() -> None:
    board = load_board("qemu-virt", board_folders())
    files = generate(plan_image(board, load_app("hello", tree())))
    assert "network" not in "".join(files.values())


def test_a_board_without_a_network_is_told() -> None:
    board = replace(load_board("qemu-virt", board_folders()), network=())
    with pytest.raises(DescriptorError) as caught:
        plan_image(board, load_app("nettest", tree()))
    assert "nettest/app.toml: network: qemu-virt has no network" in str(caught.value)


def test_drivers_behind_a_bus_are_built_in() -> None:
    plan = plan_image(load_board("rpi3", board_folders()), load_app("nettest", tree()))
    assert "cdc_ecm" in [driver.name for driver in plan.drivers]
