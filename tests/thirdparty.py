# SPDX-License-Identifier: BSD-3-Clause
"""Third-party sources for tests: fetched as the manifest of a library says."""

from __future__ import annotations

import os

import pytest

from uk_board.build.catalogue import load_catalogue
from uk_board.errors import MissingError
from uk_board.packages.apt import MirrorError
from uk_board.packages.debpackage import fetch
from uk_board.packages.package import Fetched
from uk_board.tree import tree


def package(name: str) -> Fetched:
    """Fetch what a manifest says; only a machine that reaches no mirror may do without."""
    library = load_catalogue(tree()).libraries[name]
    assert library.package, "it has a manifest"
    try:
        content = fetch(library.package.package)
    except (MirrorError, MissingError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"the test fetches {library.package.name} from Debian, and cannot: {error}")
    return Fetched(library.file, library.package, content)
