# SPDX-License-Identifier: BSD-3-Clause
"""SD-muxes in a bench file."""

from __future__ import annotations

from pathlib import Path

import pytest
from sdmuxes import sdwire

from uk_board.desk import benchsetup
from uk_board.desk.benchfile import SdMux, load_bench
from uk_board.errors import DescriptorError


def bench_file(folder: Path, mux: str) -> Path:
    file = folder / "bench.toml"
    file.write_text(f"[boards.a]\nsd_mux = {{ {mux} }}\n")
    return file


@pytest.mark.parametrize(
    ("mux", "problem"),
    [
        ('to_host = "x"', "cannot switch; kind, or both to_host and to_board, are expected"),
        ('kind = "sdwire"', "does not say which sdwire; serial or path is expected"),
        ('kind = "sdwire", serial = "1", to_host = "x"', "a sdwire needs no commands"),
        ('kind = "sd-wire", serial = "1"', "sd-wire"),
    ],
)
def test_a_mux_that_cannot_be_is_refused_with_its_key(
    tmp_path: Path, mux: str, problem: str
) -> None:
    with pytest.raises(DescriptorError, match=problem) as error:
        load_bench(bench_file(tmp_path, mux), {}, tmp_path)
    assert "boards.a.sd_mux" in str(error.value)


def test_a_mux_of_a_kind_is_read_from_the_bench_file(tmp_path: Path) -> None:
    bench = load_bench(bench_file(tmp_path, 'kind = "usbsdmux", serial = "7"'), {}, tmp_path)
    assert bench.place("a").sd_mux == SdMux(kind="usbsdmux", serial="7")
    assert bench.place("a").has_reader


def test_a_first_bench_file_has_the_line_of_every_mux(tmp_path: Path) -> None:
    bench, *_ = sdwire(tmp_path)
    text = benchsetup.text_of(benchsetup.look(bench.usb.machine), {})
    assert '# sd_mux = { kind = "sdwire", serial = "sd-wire_12" }' in text.splitlines()
