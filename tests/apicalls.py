# SPDX-License-Identifier: BSD-3-Clause
"""Which APIs each test of the shim calls: what a row of the map claims, held against it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from uk_board.csource.csource import read_c
from uk_board.shimgen.reader import read_map
from uk_board.shimhost import Host
from uk_board.tree import tree

# By name of the test function: the APIs that any of its runs called.
ApiCalls = dict[str, set[str]]


@pytest.fixture(scope="session")
def api_calls() -> ApiCalls:
    """What the tests that ran up to now called."""
    return {}


@pytest.fixture(scope="session")
def helper_names() -> dict[str, set[str]]:
    """The names in each C function of the host: macros leave no trace when they are called."""
    ours = Path(__file__).parent / "shim"
    return names_in_helpers(sorted([*(tree() / "shim/host").glob("*.c"), *ours.glob("*.c")]))


def names_in_helpers(files: list[Path]) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for file in files:
        for function, body in read_c(file.read_text()).functions.items():
            names.setdefault(function, set()).update(use.name for use in body.uses)
    return names


@cache
def macro_names() -> frozenset[str]:
    """The APIs that are no functions, and so leave no trace either."""
    return frozenset(
        row.name for row in read_map(tree()).rows() if not row.becomes + row.by_hand or row.macro
    )


@pytest.fixture(autouse=True)
def note_api_calls(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    api_calls: ApiCalls,
    helper_names: dict[str, set[str]],
) -> Iterator[None]:
    """Note what a test calls in each world that it makes."""
    hosts: dict[Path, Host] = {}  # the last of each library; it ended the one before
    macros = macro_names()
    noted = api_calls.setdefault(request.node.originalname, set())
    make = Host.__init__

    def note(host: Host) -> None:
        noted.update(host.called(), host.asked() & macros)
        for helper in host.asked() & set(helper_names):
            noted.update(helper_names[helper])

    def made(self: Host, library: Path) -> None:
        if library in hosts:
            note(hosts[library])
        make(self, library)
        hosts[library] = self

    monkeypatch.setattr(Host, "__init__", made)
    yield
    for host in hosts.values():
        note(host)


def unproven(
    claims: dict[str, tuple[str, ...]], inner: dict[str, set[str]], calls: ApiCalls
) -> list[str]:
    """Return the claims that do not hold, of the tests that ran.

    `claims` has the tests of each API, `inner` the names in the macros: who
    calls a macro calls what is in it.
    """
    reached = {test: _with_inner(noted, inner) for test, noted in calls.items()}
    return [
        f"{name}: {test} never calls it"
        for name, tests in claims.items()
        for test in tests
        if test in reached and name not in reached[test]
    ]


def _with_inner(noted: set[str], inner: dict[str, set[str]]) -> set[str]:
    found, pending = set(noted), list(noted)
    while pending:
        more = inner.get(pending.pop(), set()) - found
        found |= more
        pending += more
    return found
