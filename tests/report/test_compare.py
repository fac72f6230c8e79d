# SPDX-License-Identifier: BSD-3-Clause
"""Comparisons: direction, threshold, noise, what is new or gone; and what can be compared."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import madeup
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from uk_board.bench_limits import load_limits
from uk_board.cli.report.compare import command
from uk_board.errors import DescriptorError, UsageError
from uk_board.report.compare import Change, absences, compare, markdown
from uk_board.report.numbers import load_numbers
from uk_board.report.record import Commit, Measurement
from uk_board.report.store import write_run
from uk_board.report.values import Key, Value
from uk_board.tree import tree

LIMITS = load_limits(tree())


def load_values(path: Path) -> dict[Key, Value]:
    return load_numbers(path, LIMITS, Commit()).values


EXACT = Value(100, "instructions", exact=True)
NOISY = Value(100, "MB/s", "higher")


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (EXACT, 100, Change.SAME),
        (EXACT, 103, Change.WITHIN),
        (EXACT, 103.1, Change.WORSE),
        (EXACT, 96.9, Change.BETTER),
        (NOISY, 80, Change.WITHIN),
        (NOISY, 74, Change.WORSE),
        (NOISY, 126, Change.BETTER),
        (replace(EXACT, better="neither"), 500, Change.CHANGED),
        (replace(EXACT, slack=25.0), 125, Change.WITHIN),
        (replace(EXACT, slack=25.0), 126, Change.WORSE),
        (replace(EXACT, value=0), 1, Change.WORSE),
    ],
)
def test_a_change_is_judged_by_direction_threshold_and_noise(
    old: Value, new: float, change: Change
) -> None:
    [row] = compare({("one", "x"): old}, {("one", "x"): replace(old, value=new)})
    assert row.change is change


def test_what_is_new_and_what_is_gone_is_told() -> None:
    rows = compare({("one", "a"): EXACT}, {("one", "b"): EXACT})
    assert {row.name: row.change for row in rows} == {"a": Change.GONE, "b": Change.NEW}


def test_what_an_image_had_is_one_word_of_what_is_gone() -> None:
    old = {("one", f"size.demo.{name}"): EXACT for name in ("image", "core", "app")}
    old["one", "size.hello.image"] = EXACT
    same = {("one", "size.hello.image"): EXACT, ("one", "queue"): EXACT}
    rows = compare(old, same)
    assert absences(rows) == ["new: one queue", "gone: one size.demo (3)"]
    text = markdown(rows, 3)
    assert "Gone: one size.demo (3).\n" in text
    assert "| gone" not in text


def test_runs_without_a_common_number_are_not_fine(tmp_path: Path) -> None:
    files = tmp_path / "a.json", tmp_path / "b.json"
    for file, board in zip(files, ("one", "two"), strict=True):
        file.write_text(json.dumps({"board": board, "rows": {"queue": 1}}))
    found = CliRunner().invoke(command, [str(file) for file in files])
    assert isinstance(found.exception, UsageError)
    assert found.exception.exit_status == 2
    assert "they have numbers of one and two" in str(found.exception)


def test_the_worst_comes_first() -> None:
    old = {("one", name): EXACT for name in "abcd"}
    new = {
        ("one", name): replace(EXACT, value=value)
        for name, value in zip("abcd", (110, 90, 150, 100), strict=True)
    }
    rows = compare(old, new)
    assert [(row.name, row.percent) for row in rows] == [("c", 50), ("a", 10), ("b", -10), ("d", 0)]


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.floats(-1e6, 1e6)),
    st.dictionaries(st.sampled_from("abcdef"), st.floats(-1e6, 1e6)),
)
def test_turned_round_worse_is_better_or_within(
    old: dict[str, float], new: dict[str, float]
) -> None:
    def values(of: dict[str, float]) -> dict[tuple[str, str], Value]:
        return {("one", name): Value(value, exact=True) for name, value in of.items()}

    there = {row.name: row.change for row in compare(values(old), values(new))}
    back = {row.name: row.change for row in compare(values(new), values(old))}
    assert set(there) == set(back) == {*old, *new}
    for name, change in there.items():
        if change is Change.WORSE:
            assert back[name] in (Change.BETTER, Change.WITHIN)
        if change is Change.NEW:
            assert back[name] is Change.GONE
        if change is Change.SAME:
            assert back[name] is Change.SAME


def test_markdown_has_a_row_for_what_changed_and_says_the_verdict() -> None:
    old = {("one", "a|b"): EXACT, ("one", "quiet"): EXACT}
    new = {("one", "a|b"): replace(EXACT, value=110), ("one", "quiet"): EXACT}
    text = markdown(compare(old, new), 3)
    assert text.startswith("### Performance and size: 1 worse by more than 3 %\n")
    row = r"| ✗ worse | one | `a\|b` | 100 instructions | 110 instructions | +10.0 % |"
    assert row in text
    assert "quiet" not in text
    assert text.endswith("1 worse, 1 same.\n")


def bench_file(folder: Path, **rows: int) -> Path:
    file = folder / f"{len(list(folder.iterdir()))}.json"
    file.write_text(json.dumps({"board": "one", "rows": rows, "verdicts": {}, "over": []}))
    return file


def test_rows_of_the_bench_repeat_exactly_but_those_that_wait(tmp_path: Path) -> None:
    waits = next(name for name, limit in LIMITS.rows.items() if limit.waits)
    file = bench_file(tmp_path, **{waits: 300, "yield.switch": 100, "cntfrq": 62_500_000})
    values = load_values(file)
    assert values["one", "yield.switch"] == Value(100, "instructions", "lower", exact=True)
    assert values["one", waits].slack == 25
    assert values["one", "cntfrq"].better == "neither"


def test_a_builds_sizes_are_by_library(tmp_path: Path) -> None:
    sizes = {
        "file": 1000,
        "total": {},
        "libraries": {"core": {"text": 500, "rodata": 100, "data": 10, "bss": 7}},
    }
    wanted = {"size.hello.image": 1000, "size.hello.core": 610, "size.hello.core.bss": 7}
    built = tmp_path / "built.json"
    built.write_text(json.dumps({"folder": "/somewhere/one/hello", "elf": "x", "sizes": sizes}))
    plain = tmp_path / "one" / "hello" / "sizes.json"
    plain.parent.mkdir(parents=True)
    plain.write_text(json.dumps(sizes))
    for file in (built, plain):
        found = load_values(file)
        assert {name: value.value for (_, name), value in found.items()} == wanted
        assert {board for board, _ in found} == {"one"}


def test_a_record_has_measurements_boots_and_sizes(tmp_path: Path) -> None:
    write_run(tmp_path, madeup.run())
    values = load_values(tmp_path)
    assert values["one", "udp_rx"] == Value(4.1, "MB/s", "higher")
    assert values["one", "size.hello.image"].value == 23456
    # Of an emulator it is told and not judged.
    assert values["one", "boot.median"] == Value(0.1, "s", "neither")


def test_two_measurements_of_one_name_are_both_there(tmp_path: Path) -> None:
    def measured(name: str, value: float) -> object:
        number = Measurement("rate", value)
        return madeup.test_of(name, "one", madeup.attempt(measurements=(number,)))

    write_run(tmp_path, madeup.run(tests=(measured("a", 1.0), measured("b", 2.0))))
    values = load_values(tmp_path)
    assert values["one", "rate"].value == 1
    assert values["one", "rate (test_b)"].value == 2


@pytest.mark.parametrize(
    "text", ['{"board": "one", "rows": 5}', '{"sizes": {}, "folder": "x"}', '{"what": "else"}']
)
def test_what_has_no_numbers_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(DescriptorError, match=r"is damaged|has no numbers to compare"):
        load_values(file)


def test_the_exit_status_is_by_the_threshold(tmp_path: Path) -> None:
    old, new = bench_file(tmp_path, switch=100, gone=5), bench_file(tmp_path, switch=110, new=5)
    run = CliRunner().invoke
    worse = run(command, [str(old), str(new)])
    assert worse.exit_code == 1
    assert "1 worse, 1 new, 1 gone" in worse.output
    assert run(command, [str(old), str(new), "--threshold", "10%"]).exit_code == 0
    assert run(command, [str(new), str(old)]).exit_code == 0
    assert run(command, [str(old), str(new), "--threshold", "-1%"]).exit_code == 2
    rows = json.loads(run(command, [str(old), str(new), "--json"]).output)
    assert rows[0]["percent"] == 10
    assert "| one | `switch` |" in run(command, [str(old), str(new), "--markdown"]).output
