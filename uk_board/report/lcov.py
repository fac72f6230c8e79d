# SPDX-License-Identifier: BSD-3-Clause
"""Coverage as lcov's tracefile, which genhtml, GitLab's and editors' tools read."""

from __future__ import annotations

from collections.abc import Iterator

from uk_board.report.record import Covered, Run


def lcov(run: Run) -> str:
    """Return coverage.info. A count of 1 says that a line ran; how often is not known."""
    parts = [_file(name, covered) for name, covered in sorted(run.coverage.items())]
    return "".join(parts)


def _file(name: str, covered: Covered) -> str:
    ran, missed = set(numbers(covered.ran)), set(numbers(covered.missed))
    functions = covered.functions
    lines = ["TN:uk_board", f"SF:{name}"]
    lines += [f"FN:{function.line},{function.name}" for function in functions]
    lines += [f"FNDA:{int(function.ran)},{function.name}" for function in functions]
    lines += [f"FNF:{len(functions)}", f"FNH:{sum(one.ran for one in functions)}"]
    lines += [f"DA:{line},{int(line in ran)}" for line in sorted(ran | missed)]
    lines += [f"LF:{len(ran | missed)}", f"LH:{len(ran)}", "end_of_record"]
    return "\n".join(lines) + "\n"


def ranges(lines: set[int]) -> str:
    """Return line numbers as text: {1, 2, 3, 9} is "1-3,9"."""
    parts: list[list[int]] = []
    for line in sorted(lines):
        if parts and parts[-1][1] == line - 1:
            parts[-1][1] = line
        else:
            parts.append([line, line])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def numbers(text: str) -> Iterator[int]:
    """Yield the numbers of `ranges`. Raises: ValueError."""
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
