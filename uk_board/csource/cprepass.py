# SPDX-License-Identifier: BSD-3-Clause
"""What is taken out of C's text before it is parsed; every line stays where it is."""

from __future__ import annotations

import re

# Attributes of vendors in front of a function's name, which break the grammar of C.
_ATTRIBUTE = re.compile(r"\b(?:[A-Z][A-Z0-9]*_)+ATTR\b")
_DIRECTIVE = re.compile(r"\s*#\s*(ifn?def|if|elif\w*|else|endif)\b")
_DEAD = re.compile(
    r"\s*#\s*(if\s+\(?0\)?|ifdef\s+__cplusplus|if\s+defined\s*\(?\s*__cplusplus\s*\)?)\s*(/[/*].*)?$"
)


def without_attributes(text: str) -> str:
    """Blank out the attributes of vendors."""
    return _ATTRIBUTE.sub(lambda found: " " * len(found[0]), text)


def without_dead(text: str) -> str:
    """Empty the lines that no C compiler sees, and the directives that say so.

    Done before parsing: the braces in them, of extern "C", are not balanced.
    """
    lines = []
    branches: list[_Branch] = []
    for line in text.split("\n"):
        found = _DIRECTIVE.match(line)
        word = found[1] if found else ""
        if word.startswith("if"):
            branches.append(_Branch(bool(_DEAD.match(line))))
        if word.startswith("el") and branches:
            branches[-1].dead = False
        around = branches[:-1] if word else branches
        silent = bool(word and branches and branches[-1].chosen)
        lines.append("" if silent or any(branch.dead for branch in around) else line)
        if word == "endif" and branches:
            branches.pop()
    return "\n".join(lines)


class _Branch:
    """An #if that is open; `chosen`: its condition is one that we know."""

    def __init__(self, chosen: bool) -> None:
        self.chosen = self.dead = chosen
