# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board shim explore`: a search for programs and schedules that the shim does not bear."""

from __future__ import annotations

import json
from pathlib import Path

import click

from uk_board.cli.options import json_option
from uk_board.shimhost import build
from uk_board.shimhost.explore import explore
from uk_board.tree import tree

BUILD = Path("build", "host", "shim")


@click.command("explore")
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
def command(seed: int, runs: int, out: Path, as_json: bool) -> None:
    """Search for a program and a schedule that the shim does not bear."""
    found = explore(build(tree(), BUILD), seed=seed, runs=runs)
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
