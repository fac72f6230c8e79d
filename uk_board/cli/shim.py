# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board shim`: what of FreeRTOS's API there is; and a search for what it does wrong."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from uk_board.cli.options import json_option, load
from uk_board.errors import UsageError
from uk_board.runner import built_image
from uk_board.shimgen import Coverage, Explanation, coverage, explain
from uk_board.shimhost.target import APP, run_on_board
from uk_board.tree import tree

_BUILD = Path("build", "host", "shim")


@click.group("shim")
def command() -> None:
    """Ask about the FreeRTOS API that drivers are given."""


@command.command("coverage")
@json_option
def coverage_command(as_json: bool) -> None:
    """Count what is provided, what differs, and what is missing and why."""
    counted = coverage(tree())
    if as_json:
        click.echo(json.dumps(counted.as_json(), indent=1))
    else:
        _show_coverage(counted)


@command.command("explain")
@click.argument("name", metavar="NAME")
@json_option
def explain_command(name: str, as_json: bool) -> None:
    """Show what the API NAME becomes on Unikraft, and the tests of it."""
    explained = explain(tree(), name)
    facts = dict(_facts(explained))
    if as_json:
        click.echo(json.dumps(facts, indent=1))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for key, value in facts.items():
        table.add_row(key, "\n".join(value) if isinstance(value, list) else value)
    _console().print(table)


@command.command("explore")
@click.option("--seed", default=1, show_default=True, help="Where the search begins.")
@click.option("--runs", default=2000, show_default=True, help="How many cases to run.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("shim-case.txt"),
    show_default=True,
    help="Where a failure is written, for `shim replay`.",
)
@json_option
def explore_command(seed: int, runs: int, out: Path, as_json: bool) -> None:
    """Search for a program and a schedule that the shim does not bear."""
    from uk_board.shimhost import build
    from uk_board.shimhost.explore import explore

    found = explore(build(tree(), _BUILD), seed=seed, runs=runs)
    failure = found.failure
    if failure:
        said = "".join(f"# {line}\n" for line in failure.wrong)
        out.write_text(f"# seed {failure.seed}\n{said}{failure.case}", encoding="utf-8")
    if as_json:
        facts = {"case": str(failure.case), "wrong": failure.wrong} if failure else None
        click.echo(json.dumps({"seed": seed, "runs": found.runs, "failure": facts}))
    elif failure:
        click.echo(f"seed {failure.seed} fails after {found.runs} runs; made small:\n")
        click.echo(out.read_text(encoding="utf-8"))
        click.echo(f"try: uk-board shim replay {out}")
    else:
        click.echo(f"{found.runs} runs from seed {seed}: nothing found")
    if failure:
        raise SystemExit(1)


@command.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--board", metavar="BOARD", help="Run it on this emulated board, not on the host.")
@json_option
def replay_command(file: Path, board: str | None, as_json: bool) -> None:
    """Run the program in FILE and print what its calls return."""
    from uk_board.shimhost.explore import read_case, run_case

    case = read_case(file.read_text(encoding="utf-8"))
    wrong: tuple[str, ...] = ()
    if board:
        if case.injections:
            raise UsageError(str(file), "has `at` lines; only the host knows such points")
        trace = run_on_board(load(board), built_image(load(board), APP), case.program)
    else:
        from uk_board.shimhost import build

        run = run_case(build(tree(), _BUILD), case)
        trace, wrong = run.trace, run.wrong
    if as_json:
        click.echo(json.dumps({"trace": trace, "wrong": wrong}))
    else:
        click.echo("\n".join((*trace, *wrong)))
    if wrong:
        raise SystemExit(1)


def _facts(explained: Explanation) -> list[tuple[str, str | list[str]]]:
    row = explained.row
    facts: list[tuple[str, str | list[str]]] = [
        ("api", row.prototype or row.macro),
        ("becomes", row.becomes or row.by_hand or row.text),
        ("through", list(explained.through)),
        ("calls", list(explained.calls)),
        ("from an interrupt", {True: "yes", False: "no", None: ""}[explained.isr]),
        ("differs", row.differs),
        ("tests", list(row.tests)),
        ("row", row.where),
    ]
    return [(key, value) for key, value in facts if value]


def _show_coverage(counted: Coverage) -> None:
    table = Table(box=None, pad_edge=False)
    for heading, justify in (("header", "left"), ("provided", "right"), ("public", "right")):
        table.add_column(heading, justify="right" if justify == "right" else "left")
    for header, (provided, public) in counted.by_header.items():
        table.add_row(header, str(provided), str(public))
    table.add_row("total", str(len(counted.provided)), str(counted.public))
    console = _console()
    console.print(table)
    console.print(f"\ndiffers ({len(counted.differs)}):")
    for name, how in counted.differs.items():
        console.print(f"  {name}: {how}")
    console.print(f"\nmissing ({len(counted.missing)}):")
    for reason, names in counted.missing_by_reason().items():
        console.print(f"  {reason}: {', '.join(names)}")


def _console() -> Console:
    console = Console(markup=False, highlight=False)
    return console if console.is_terminal else Console(markup=False, highlight=False, width=200)
