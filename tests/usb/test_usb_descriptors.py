# SPDX-License-Identifier: BSD-3-Clause
"""Descriptors that no device should send: what is read of them, and what is refused."""

from __future__ import annotations

import subprocess
from ctypes import CDLL, POINTER, Structure, c_bool, c_int, c_size_t, c_uint8, c_uint16
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from usbdescriptors import (
    BULK_IN,
    BULK_OUT,
    CONTROL,
    DATA_OFF,
    DATA_ON,
    DEVICE,
    ECM,
    ECM_PARTS,
    ETHERNET,
    HEADER,
    NOTIFY,
    RNDIS,
    UNION,
    configuration,
    string,
)

from uk_board.tree import tree

HERE = Path(__file__).parent
SOURCES = ("usb/dwc2/usb_check.c", "net/cdc_ecm/cdc_ecm_descriptors.c")
OK, LENGTH, ABSENT, INCOMPLETE = 0, -1, -2, -3
# Bounded here; `fuzz 10000000 SEED` by hand takes half a minute.
INPUTS = 300_000


class Function(Structure):
    _fields_ = (
        *((name, c_uint8) for name in ("configuration", "control", "data", "setting", "string")),
        ("frame_max", c_uint16),
        ("input", c_uint8 * 7),
        ("output", c_uint8 * 7),
    )


def compiled(target: Path, *arguments: str) -> Path:
    drivers = tree() / "drivers"
    sources = [str(drivers / name) for name in SOURCES]
    folders = [f"-I{(drivers / name).parent}" for name in SOURCES]
    command = ["gcc", "-std=gnu11", "-g", "-Wall", "-Wextra", "-Werror", *folders, *arguments]
    subprocess.run([*command, *sources, "-o", str(target)], check=True, timeout=120)
    return target


@pytest.fixture(scope="session")
def lib(tmp_path_factory: pytest.TempPathFactory) -> CDLL:
    made = compiled(tmp_path_factory.mktemp("usb") / "descriptors.so", "-O1", "-fPIC", "-shared")
    library = CDLL(str(made))
    library.usb_check_answer.restype = c_bool
    library.cdc_ecm_parse.argtypes = (c_int_bytes, c_size_t, POINTER(Function))
    return library


c_int_bytes = POINTER(c_uint8)


def memory(data: bytes) -> object:
    return (c_uint8 * max(len(data), 1)).from_buffer_copy(data or b"\0")


def parse(lib: CDLL, data: bytes) -> tuple[int, Function]:
    function = Function()
    rc = lib.cdc_ecm_parse(memory(data), len(data), function)
    return c_int(rc).value, function


def passes(lib: CDLL, data: bytes, kind: int = 2, device_class: int = 2) -> bool:
    seen = memory(bytes([device_class]))
    setup = memory(bytes([0x80, 6, 0, kind, 0, 0, 0, 0]))
    return bool(lib.usb_check_answer(seen, setup, memory(data), c_size_t(len(data))))


# ---- The check before the host reads them ----


def test_what_qemu_sends_passes(lib: CDLL) -> None:
    assert passes(lib, DEVICE, 1)
    assert passes(lib, DEVICE[:8], 1)
    for data in (RNDIS, ECM):
        assert passes(lib, data)
        assert passes(lib, data[:9])


def test_other_answers_are_not_looked_at(lib: CDLL) -> None:
    assert passes(lib, b"", 3)
    assert passes(lib, b"\xff" * 20, 0x29)


@pytest.mark.parametrize("size", [0, 1, 7, 9, 65, 255])
def test_a_device_with_a_packet_size_that_there_is_not_is_refused(lib: CDLL, size: int) -> None:
    wrong = DEVICE[:7] + bytes([size]) + DEVICE[8:]
    assert not passes(lib, wrong, 1)
    assert not passes(lib, wrong[:8], 1)


WRONG = {
    "nothing": b"",
    "cut head": ECM[:8],
    "longer than it is": configuration(*ECM_PARTS, total=len(ECM) + 1),
    "shorter than it is": configuration(*ECM_PARTS, total=len(ECM) - 7),
    "of no interface": configuration(),
    "of length 0 inside": configuration(CONTROL, b"\0\x24", DATA_ON),
    "of length 1 inside": configuration(CONTROL, b"\x01", DATA_ON),
    "that leaves it": configuration(CONTROL, b"\x20\x24\x06\x00\x01"),
    "one byte too many": configuration(CONTROL, b"\x07"),
    "not begun with an interface": configuration(HEADER, CONTROL),
    "interface 8": configuration(CONTROL[:2] + b"\x08" + CONTROL[3:]),
    "interface 255": configuration(CONTROL[:2] + b"\xff" + CONTROL[3:]),
    "interface too short": configuration(b"\x08" + CONTROL[1:8]),
    "association of 255": configuration(b"\x08\x0b\x00\xff\x02\x06\0\0", CONTROL),
    "association of none": configuration(b"\x08\x0b\x00\x00\x02\x06\0\0", CONTROL),
    "association past the end": configuration(b"\x08\x0b\x06\x03\x02\x06\0\0", CONTROL),
    "association of others": configuration(b"\x08\x0b\x01\x02\x02\x06\0\0", CONTROL),
    "association with nothing behind": configuration(CONTROL, b"\x08\x0b\x00\x02\x02\x06\0\0"),
    "endpoint 0": configuration(CONTROL, BULK_IN[:2] + b"\x80" + BULK_IN[3:]),
    "endpoint of no size": configuration(CONTROL, BULK_IN[:4] + b"\0\0\0"),
    "a hub's interface in no hub": configuration(CONTROL[:5] + b"\x09\0\0\0"),
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG.keys())
def test_a_configuration_is_refused(lib: CDLL, data: bytes) -> None:
    assert not passes(lib, data)


def test_a_hub_may_have_the_interface_of_one(lib: CDLL) -> None:
    hub = configuration(
        CONTROL[:5] + b"\x09\0\0\0", bytes.fromhex("07058103010 0ff".replace(" ", ""))
    )
    assert passes(lib, hub, device_class=9)


# ---- The Ethernet function ----


def test_the_function_is_found_with_all_its_parts(lib: CDLL) -> None:
    rc, function = parse(lib, ECM)
    assert rc == OK
    assert (function.configuration, function.control, function.data) == (1, 0, 1)
    assert (function.setting, function.string, function.frame_max) == (1, 3, 1514)
    assert bytes(function.input) == BULK_IN
    assert bytes(function.output) == BULK_OUT


def test_rndis_is_no_ethernet_function(lib: CDLL) -> None:
    assert parse(lib, RNDIS)[0] == ABSENT


@pytest.mark.parametrize("missing", [ETHERNET, BULK_IN, BULK_OUT])
def test_a_function_without_a_part_is_incomplete(lib: CDLL, missing: bytes) -> None:
    assert parse(lib, configuration(*(part for part in ECM_PARTS if part != missing)))[0] == (
        INCOMPLETE
    )


def test_a_function_without_a_union_takes_the_next_data_interface(lib: CDLL) -> None:
    rc, function = parse(lib, configuration(*(part for part in ECM_PARTS if part != UNION)))
    assert (rc, function.data) == (OK, 1)


def test_endpoints_of_another_setting_do_not_count(lib: CDLL) -> None:
    other = DATA_ON[:3] + b"\x02" + DATA_ON[4:]
    parts = (CONTROL, UNION, ETHERNET, DATA_OFF, DATA_ON, BULK_IN, other, BULK_OUT)
    assert parse(lib, configuration(*parts))[0] == INCOMPLETE


def test_bulk_endpoints_only_of_the_data_interface(lib: CDLL) -> None:
    parts = (CONTROL, UNION, ETHERNET, BULK_IN, BULK_OUT, NOTIFY)
    assert parse(lib, configuration(*parts))[0] == INCOMPLETE


@pytest.mark.parametrize("length", range(len(ECM)))
def test_a_cut_configuration_is_refused(lib: CDLL, length: int) -> None:
    assert parse(lib, ECM[:length])[0] == LENGTH


@pytest.mark.parametrize("size", [0, 4, 63, 1024, 0xFFFF])
def test_an_endpoint_of_no_packet_size_is_none(lib: CDLL, size: int) -> None:
    wrong = BULK_IN[:4] + size.to_bytes(2, "little") + b"\0"
    parts = [wrong if part == BULK_IN else part for part in ECM_PARTS]
    assert parse(lib, configuration(*parts))[0] == INCOMPLETE


def address(lib: CDLL, data: bytes) -> tuple[int, str]:
    found = (c_uint8 * 6)()
    rc = lib.cdc_ecm_parse_address(memory(data), c_size_t(len(data)), found)
    return c_int(rc).value, bytes(found).hex()


@given(st.binary(min_size=6, max_size=6).filter(lambda one: not one[0] & 1), st.booleans())
def test_every_station_address_is_read_back(lib: CDLL, wanted: bytes, upper: bool) -> None:
    text = wanted.hex().upper() if upper else wanted.hex()
    assert address(lib, string(text)) == (OK, wanted.hex())


def test_an_address_of_a_group_is_refused(lib: CDLL) -> None:
    assert address(lib, string("015400123456"))[0] == INCOMPLETE


# ---- Anything at all ----


def test_nothing_made_up_is_read_past_its_end(tmp_path: Path) -> None:
    sanitizers = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-O2")
    program = compiled(tmp_path / "fuzz", *sanitizers, str(HERE / "fuzz.c"))
    done = subprocess.run(
        [program, str(INPUTS), "1"], capture_output=True, text=True, timeout=250, check=False
    )
    assert done.returncode == 0, done.stderr
    counted = [int(word) for word in done.stdout.replace(":", "").split() if word.isdigit()]
    assert counted[0] == INPUTS
    # It is of use only if enough of them get far.
    assert min(counted[1:]) > INPUTS / 100
