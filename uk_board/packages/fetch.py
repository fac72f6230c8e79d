# SPDX-License-Identifier: BSD-3-Clause
"""Third-party sources of a tree: which there are, where they are, and how they come there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from uk_board.build.catalogue import Catalogue
from uk_board.build.component import Component
from uk_board.errors import UsageError, known_names
from uk_board.packages import debpackage
from uk_board.packages.apt import Run, run_apt
from uk_board.packages.package import Fetched, ThirdParty

State = Literal["missing", "there", "fetched"]


@dataclass(frozen=True)
class Source:
    """The third-party sources of one component; `content` is where they are, or will be."""

    name: str
    manifest: Path
    wanted: ThirdParty
    content: Path
    cache: Path
    state: State
    licence: Path | None = None

    def as_json(self) -> dict[str, str]:
        """Return what scripts are told."""
        wanted = self.wanted
        return {
            "name": self.name,
            "package": wanted.name,
            "kind": wanted.kind,
            "version": wanted.version,
            "suite": wanted.suite,
            "sha256": wanted.sha256,
            "licence": wanted.licence,
            "licence_file": str(self.content / wanted.licence_file),
            "folder": str(self.content),
            "state": self.state,
        }


OnSource = Callable[[Source, str], None]


def sources(catalogue: Catalogue, names: Iterable[str], cache: Path) -> list[Source]:
    """Return the third-party sources of the components `names`, or of all.

    Raises:
        UsageError: a name is not that of a component with a package.
    """
    components: list[Component] = [*catalogue.libraries.values(), *catalogue.drivers.values()]
    parts = {part.name: part for part in components if part.package}
    for name in names:
        if name not in parts:
            problem = f'no third-party sources "{name}"; {known_names(name, parts)}'
            raise UsageError("", problem)
    return [_source(parts[name], cache) for name in dict.fromkeys(names or sorted(parts))]


def _source(part: Component, cache: Path) -> Source:
    assert part.package, "parts without one are left out"
    content = debpackage.content(part.package.package, cache)
    state: State = "there" if content.is_dir() else "missing"
    return Source(part.name, part.file, part.package, content, cache, state)


def fetch_source(
    source: Source,
    on_source: OnSource = lambda source, step: None,
    *,
    run: Run = run_apt,
) -> Source:
    """Fetch `source`, or check it if it is there; return it as it is then.

    Raises:
        BenchError: it cannot be had, or is not what it must be.
        DescriptorError: the manifest names files that it does not have.
    """
    package, state = source.wanted.package, source.state
    if state == "missing":
        debpackage.fetch(package, source.cache, lambda step: on_source(source, step), run=run)
        state = "fetched"
    on_source(source, "check every file")
    content = debpackage.verify(package, source.cache, run=run)
    fetched = Fetched(source.manifest, source.wanted, content)
    assert fetched.sources, "a manifest lists at least one"
    _ = fetched.include
    return replace(source, state=state, licence=fetched.licence)
