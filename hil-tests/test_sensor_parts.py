# SPDX-License-Identifier: BSD-3-Clause
"""Sensors, clock and memories on one I2C bus: what is set outside arrives, what leaves returns."""

from __future__ import annotations

import re

import pytest

from uk_board.facts.board import Board
from uk_board.harness.dut import BoardDut
from uk_board.harness.fixtures import Stimulus
from uk_board.hil import needs

READY = "sensors: ready"

pytestmark = [
    pytest.mark.app("sensors"),
    pytest.mark.needs("i2c"),
    pytest.mark.shared_boot(READY),
]


def command(dut: BoardDut, line: str, answer: str) -> list[str]:
    """Send a line, await its answer and return the groups of it."""
    dut.write_line(line)
    found = dut.expect(answer)
    return [group.decode() for group in found.groups()]


def readings(dut: BoardDut) -> dict[str, dict[str, str]]:
    """Read all sensors; return what each line says, by sensor and key."""
    (text,) = command(dut, "read", r"(?s)(t0 .*?)read: done")
    return {
        line.split()[0]: dict(re.findall(r'(\w+)="?(.*?)"?(?= \w+=|$)', line))
        for line in text.strip().splitlines()
    }


@needs("i2c:tmp105", "i2c:pca9548", "i2c:lsm303dlhc_mag", "i2c:dps310", "i2c:emc1413")
@needs("exit-status")
@pytest.mark.boot_arguments("sensors.once")
@pytest.mark.shared_boot("uk-board: ")
def test_all_are_read_once_and_the_program_ends(dut: BoardDut) -> None:
    assert dut.expect_exit() == 0
    lines = dut.station.console.text().splitlines()
    assert [line.split()[0] for line in lines if " state=ready " in line] == [
        "t0",
        "t1",
        "mag0",
        "p0",
        "t3",
    ]


@needs("i2c:tmp105", "stimulus")
@pytest.mark.parametrize("celsius", [25.5, 85.0, 125.0, -10.25, -0.0625, 0.0])
def test_a_temperature_arrives_in_12_bits(
    dut: BoardDut, stimulus: Stimulus, celsius: float
) -> None:
    stimulus.set("t0", temperature_c=celsius)
    shown = readings(dut)["t0"]["temperature"]
    assert shown == f"{int(celsius * 1000) / 1000:.3f}C"


@needs("i2c:lsm303dlhc_mag", "stimulus")
def test_a_magnetic_field_arrives_on_its_axes(dut: BoardDut, stimulus: Stimulus) -> None:
    readings(dut)  # the range is set with the first reading
    stimulus.set("mag0", x_ut=4.5, y_ut=50.0, z_ut=98.0)
    shown = readings(dut)["mag0"]
    # In steps of a gauss by 1100 (x, y) and by 980 (z), cut: 49, 550 and 960
    assert (shown["x"], shown["y"], shown["z"]) == ("4.454uT", "50.000uT", "97.959uT")


@needs("i2c:emc1413", "stimulus")
def test_three_temperatures_arrive_from_one_part(dut: BoardDut, stimulus: Stimulus) -> None:
    stimulus.set("t3", internal_c=25, diode1_c=85, diode2_c=125)
    shown = readings(dut)["t3"]
    assert (shown["internal"], shown["diode1"]) == ("25.000C", "85.000C")
    assert shown["diode2"] == "125.000C"


@needs("i2c:dps310")
def test_the_pressure_is_what_the_formula_says(dut: BoardDut) -> None:
    shown = readings(dut)["p0"]
    if dut.station.is_emulated:
        # By hand from QEMU's registers, with fractions: tests/shim/test_driver_sensor.py
        assert (shown["pressure"], shown["temperature"]) == ("92946.311Pa", "24.738C")
    # Where people work: from 4000 m up to the highest that was ever measured at sea level
    assert 60_000 < float(shown["pressure"].removesuffix("Pa")) < 109_000
    assert 0 < float(shown["temperature"].removesuffix("C")) < 60


@needs("i2c:tmp105", "i2c:pca9548")
def test_a_sensor_that_vanishes_is_told_and_comes_back(dut: BoardDut) -> None:
    assert readings(dut)["t1"]["state"] == "ready"
    command(dut, "switch 0", "switch: channels=0x00")
    for errors in ("1", "2", "3"):
        shown = readings(dut)
        assert shown["t1"]["error"] == "no answer"
        assert (shown["t1"]["state"], shown["t1"]["errors"]) == ("lost", errors)
        assert shown["t0"]["state"] == "ready"  # the others go on
    command(dut, "switch 8", "switch: channels=0x08")
    back = readings(dut)["t1"]
    assert (back["state"], back["losses"], back["starts"]) == ("ready", "1", "2")


@needs("i2c:tmp105")
def test_limits_are_held_in_sixteenths_of_a_degree(dut: BoardDut) -> None:
    limits = r"limits: low=(\S+) high=(\S+)\s"
    assert command(dut, "limits", limits) == ["75000", "80000"]
    assert command(dut, "limits -10250 30500", limits) == ["-10250", "30500"]
    # Rounded down, and read back cut to thousandths
    assert command(dut, "limits -1 70", limits) == ["-62", "62"]
    command(dut, "limits 30000 20000", 'limits: error="no temperature that the sensor can hold"')


@needs("i2c:ds1338")
def test_the_clock_is_set_and_goes_on(dut: BoardDut) -> None:
    time = r"clock: (\d{4}-\d\d-\d\d) (\d\d:\d\d):(\d\d)\s"
    assert command(dut, "clock 2031-03-14 15:09:26", time)[:2] == ["2031-03-14", "15:09"]
    for _ in range(200):
        if command(dut, "clock", time)[2] != "26":
            break
    else:
        pytest.fail("the clock stands still")
    command(dut, "clock 2031-02-29 00:00:00", 'clock: error="no valid time"')
    command(dut, "clock tomorrow", 'clock: error="no valid time"')


@needs("i2c:at24c")
@pytest.mark.parametrize(
    ("name", "offset", "last"), [("e0", 6, 0xFF), ("e1", 30, 0xFFF)], ids=["24C02", "24C32"]
)
def test_a_memory_holds_what_is_written_across_pages(
    dut: BoardDut, name: str, offset: int, last: int
) -> None:
    data = bytes(range(0x40, 0x40 + 40)).hex()
    command(dut, f"eeprom {name} write {offset} {data}", f"{name}: written=40")
    assert command(dut, f"eeprom {name} read {offset} 40", rf"{name}: (\w+)\s") == [data]
    command(dut, f"eeprom {name} write {last} 5a", f"{name}: written=1")
    assert command(dut, f"eeprom {name} read {last} 1", rf"{name}: (\w+)\s") == ["5a"]
    command(dut, f"eeprom {name} write {last} 5a5a", f'{name}: error="outside of the memory"')
    command(dut, f"eeprom {name} read {last} 2", f'{name}: error="outside of the memory"')


@needs("i2c:at24c")
def test_a_memory_keeps_its_contents_over_a_reset(dut: BoardDut) -> None:
    command(dut, "eeprom e1 write 0x7e 0102030405", "e1: written=5")
    dut.station.reset()
    dut.expect_exact(READY)
    assert command(dut, "eeprom e1 read 126 5", r"e1: (\w+)\s") == ["0102030405"]


@needs("spi:spi_nor")
def test_the_flash_on_spi_says_who_it_is(board: Board, dut: BoardDut) -> None:
    polls = board.emulator.poll if board.emulator and dut.station.is_emulated else ()
    found, how = command(dut, "flash", r"flash: id=([0-9a-f]{6}) \((\w+)\)")
    assert how == ("polling" if "spi0" in polls else "interrupt")
    if dut.station.is_emulated:
        assert found == "ef5014"
    # Where nobody answers, the line stays as it was.
    assert found not in ("000000", "ffffff")


@needs("i2c:tmp105", "stimulus")
def test_a_driver_of_common_io_reads_the_same_bus(dut: BoardDut, stimulus: Stimulus) -> None:
    readings(dut)  # the native driver sets 12 bits, and has the bus open
    stimulus.set("t0", temperature_c=25.25)
    fields = r"write=(\d) read=(\S+) status=(\d) bytes=(\d) data=(\w+) second=(\w+) "
    answer = command(dut, "common i2c 0x48", f"common: i2c {fields}close=0,1")
    assert answer == ["0", "0", "0", "2", "1940", "refused"]
    # Nobody is there: the callback is told (5, no acknowledgement)
    assert command(dut, "common i2c 0x2a", f"common: i2c {fields}")[2:4] == ["5", "0"]
    assert readings(dut)["t0"]["temperature"] == "25.250C"


@needs("device:gpio")
def test_an_output_is_read_back_through_common_io(dut: BoardDut) -> None:
    command(dut, "common gpio 17", "common: gpio low=0 high=1")
    command(dut, "common gpio 54", "common: no such pin")


def test_a_serial_port_of_common_io_passes_bytes_as_they_are(dut: BoardDut) -> None:
    command(dut, "common uart", "common: uart ready")
    dut.write(b"<\n>")
    # No CR before the LF, as the console would put it
    dut.expect_exact("<\n>")
    dut.expect_exact("common: uart read=0 write=0")


def test_a_line_that_is_no_command_is_told(dut: BoardDut) -> None:
    command(dut, "sing", 'unknown: "sing"; known: read, limits, ')
    command(dut, "eeprom", "eeprom: a name, a verb, an offset are expected")
    command(dut, "switch 256", "switch: a mask of channels is expected")


@needs("exit-status")
def test_the_program_ends_on_request(dut: BoardDut) -> None:
    dut.write_line("quit")
    assert dut.expect_exit() == 0
