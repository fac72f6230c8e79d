# SPDX-License-Identifier: BSD-3-Clause
"""What rows are held against: limits, the recorded baseline, the mean against FreeRTOS."""

from __future__ import annotations

import tomllib
from pathlib import Path

from uk_board.bench_limits import (
    MEAN_ROW,
    Baseline,
    Limit,
    Limits,
    Row,
    Verdict,
    baseline_text,
    judge,
    load_baseline,
    load_limits,
    with_mean,
    without_limits,
)
from uk_board.tree import tree

GCC = "gcc 12.2.0"
LIMITS = Limits(
    "virt",
    {},
    {
        "yield": Limit("yield", "a switch", "goal", 100, in_mean=True, rivals={"freertos": 200}),
        "sleep": Limit("sleep", "a delay", "goal", 300, waits=True, rivals={"freertos": 400}),
        "take": Limit("take", "a take", "goal", 50, in_mean=True, rivals={"freertos": 50}),
    },
)
GOOD = {"yield": 100, "sleep": 250, "take": 50}


def verdicts(rows: dict[str, int], baseline: Baseline, compiler: str = GCC) -> dict[str, Verdict]:
    return {row.name: row.verdict for row in judge(rows, LIMITS, baseline, compiler)}


def test_a_row_at_its_limit_is_ok_and_one_above_is_over() -> None:
    assert verdicts({**GOOD, "yield": 101}, Baseline(GCC)) == {
        "yield": Verdict.OVER,
        "sleep": Verdict.OK,
        "take": Verdict.OK,
    }


def test_a_row_known_to_be_over_does_not_fail_and_fails_once_it_is_good() -> None:
    known = Baseline(GCC, above_limit={"yield": 110})
    over = verdicts({**GOOD, "yield": 110}, known)["yield"]
    good = verdicts(GOOD, known)["yield"]
    assert (over, over.fails) == (Verdict.KNOWN, False)
    assert (good, good.fails) == (Verdict.GOOD_NOW, True)


def test_more_than_three_percent_above_the_record_is_worse() -> None:
    baseline = Baseline(GCC, rows={"yield": 67})
    assert verdicts({**GOOD, "yield": 69}, baseline)["yield"] is Verdict.OK
    assert verdicts({**GOOD, "yield": 70}, baseline)["yield"] is Verdict.WORSE


def test_a_known_row_that_gets_worse_still_fails() -> None:
    baseline = Baseline(GCC, above_limit={"yield": 110}, rows={"yield": 110})
    assert verdicts({**GOOD, "yield": 114}, baseline)["yield"] is Verdict.WORSE


def test_a_row_in_which_the_processor_sleeps_may_be_25_instructions_off() -> None:
    baseline = Baseline(GCC, rows={"sleep": 200})
    assert verdicts({**GOOD, "sleep": 225}, baseline)["sleep"] is Verdict.OK
    assert verdicts({**GOOD, "sleep": 226}, baseline)["sleep"] is Verdict.WORSE


def test_another_compiler_is_held_against_the_limits_only() -> None:
    baseline = Baseline(GCC, above_limit={"yield": 110}, rows=dict.fromkeys(GOOD, 1))
    other = verdicts({**GOOD, "take": 51}, baseline, "gcc 14.2.0")
    assert other == {"yield": Verdict.OK, "sleep": Verdict.OK, "take": Verdict.OVER}


def test_a_row_that_nothing_measured_fails_unless_the_baseline_knows() -> None:
    rows = {name: GOOD[name] for name in ("yield", "sleep")}
    missing = verdicts(rows, Baseline(GCC))["take"]
    not_yet = verdicts(rows, Baseline(GCC, not_measured=("take",)))["take"]
    measured = verdicts(GOOD, Baseline(GCC, not_measured=("take",)))["take"]
    assert (missing, missing.fails) == (Verdict.MISSING, True)
    assert (not_yet, not_yet.fails) == (Verdict.NOT_YET, False)
    assert (measured, measured.fails) == (Verdict.GOOD_NOW, True)


def test_a_row_without_limit_is_neither_ok_nor_over() -> None:
    assert verdicts({**GOOD, "new": 1}, Baseline(GCC))["new"] is Verdict.NONE
    [row] = without_limits({"yield": 10**9})
    assert row == Row("yield", 10**9, None, None, Verdict.NONE)


def test_the_mean_is_geometric_over_the_rows_that_count() -> None:
    # 0.5 and 2.0; the delay does not count.
    rows = with_mean({"yield": 100, "take": 100, "sleep": 4000}, LIMITS)
    assert rows[MEAN_ROW] == 1000
    assert MEAN_ROW not in with_mean({"sleep": 1}, LIMITS)


def test_what_is_recorded_is_what_is_read_and_fails_nothing(tmp_path: Path) -> None:
    rows = {"yield": 150, "sleep": 250}
    text = baseline_text(rows, LIMITS, GCC)
    values = tomllib.loads(text)
    assert values["above_limit"] == {"yield": 150}
    assert values["not_measured"] == ["take"]
    folder = tmp_path / "apps/bench"
    folder.mkdir(parents=True)
    (folder / "baseline.toml").write_text(text)
    baseline = load_baseline(tmp_path)
    assert verdicts(rows, baseline) == {
        "yield": Verdict.KNOWN,
        "sleep": Verdict.OK,
        "take": Verdict.NOT_YET,
    }


def test_every_row_of_the_mean_has_what_freertos_needs_and_a_limit() -> None:
    rows = [row for row in load_limits(tree()).rows.values() if row.in_mean]
    assert len(rows) > 40
    assert all(row.limit is not None and row.rivals["freertos"] > 0 for row in rows)
    assert all(row.limit <= row.rivals["freertos"] for row in rows if row.limit is not None)


def test_the_baseline_lists_as_over_exactly_what_it_records_above_a_limit() -> None:
    limits, baseline = load_limits(tree()), load_baseline(tree())
    over = {
        name: value
        for name, value in baseline.rows.items()
        if name in limits.rows and value > (limits.rows[name].limit or value)
    }
    assert baseline.above_limit == over
    assert set(baseline.not_measured) == set(limits.rows) - set(baseline.rows)
