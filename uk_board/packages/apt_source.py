# SPDX-License-Identifier: BSD-3-Clause
"""The apt source of a further suite, derived from the sources that a machine has.

Also run by scripts/setup with the system's Python, before anything is installed:
`apt_source.py CODENAME SUITE FOLDER` reads the apt configuration in FOLDER
and prints the file name and the text of the new source, or nothing.
The mirror, its signing key and every option are taken over as they are.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_ONE_LINE = re.compile(r"^\s*deb\s+(?P<options>\[[^\]]*\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+\S")


def from_deb822(
    text: str, codename: str, suite: str, types: str = "deb", components: str = "main"
) -> str | None:
    """Return the first enabled stanza for `codename`, changed to `suite`."""
    for stanza in re.split(r"\n\s*\n", text):
        fields = _fields(stanza)
        if (
            "deb" in fields.get("types", "").split()
            and codename in fields.get("suites", "").split()
            and "main" in fields.get("components", "").split()
            and fields.get("enabled", "yes").strip().lower() in ("yes", "true", "1", "on")
        ):
            return _changed(stanza, suite, types, components)
    return None


def _fields(stanza: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in _lines(stanza):
        if line[0] not in " \t" and ":" in line:
            name, _, value = line.partition(":")
            fields[name.lower()] = value
        elif name:
            fields[name.lower()] += "\n" + line
    return fields


def _lines(stanza: str) -> list[str]:
    return [line for line in stanza.splitlines() if line.strip() and not line.startswith("#")]


def _changed(stanza: str, suite: str, types: str, components: str) -> str:
    new = {"types": types, "suites": suite, "components": components}
    lines = []
    replaced = False
    for line in _lines(stanza):
        if line[0] in " \t":
            if not replaced:
                lines.append(line)
            continue
        name = line.partition(":")[0]
        replaced = name.lower() in new
        lines.append(f"{name}: {new[name.lower()]}" if replaced else line)
    return "\n".join(lines) + "\n"


def from_one_line(
    text: str, codename: str, suite: str, types: str = "deb", components: str = "main"
) -> str | None:
    """Return the first `deb` line for `codename` with main, changed to `suite`."""
    for line in text.splitlines():
        found = _ONE_LINE.match(line)
        if found and found["suite"] == codename and "main" in line.partition("#")[0].split():
            rest = f"{found['options'] or ''}{found['uri']} {suite} {components}\n"
            return "".join(f"{kind} {rest}" for kind in types.split())
    return None


def derive(
    folder: Path, codename: str, suite: str, types: str = "deb", components: str = "main"
) -> tuple[str, str] | None:
    """Return file name and text of the source for `suite`, or None when none fits.

    `types`: "deb", or "deb deb-src" for the sources of packages too. `components`
    are those wanted; the machine's own source must have main.

    A source that names the release by its role ("stable") serves when no
    source names it by its code name.
    """
    files = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    for name in (codename, "stable", "oldstable"):
        for file in filter(Path.is_file, files):
            text = file.read_text(encoding="utf-8", errors="replace")
            asked = (text, name, suite, types, components)
            if file.suffix == ".sources" and (source := from_deb822(*asked)):
                return f"uk-board-{suite}.sources", source
            if file.suffix == ".list" and (source := from_one_line(*asked)):
                return f"uk-board-{suite}.list", source
    return None


def main(arguments: list[str]) -> int:
    """Print the file name on the first line and the text below."""
    codename, suite, folder = arguments
    source = derive(Path(folder), codename, suite)
    if source is None:
        return 1
    sys.stdout.write("\n".join(source))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
