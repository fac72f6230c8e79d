# SPDX-License-Identifier: BSD-3-Clause
"""The shim generator: map rows joined with the Unikraft contract become C."""

from uk_board.shimgen.apidocs import api_page
from uk_board.shimgen.coverage import Coverage, Explanation, coverage, explain
from uk_board.shimgen.generator import generate, host_sources, library_checks

__all__ = [
    "Coverage",
    "Explanation",
    "api_page",
    "coverage",
    "explain",
    "generate",
    "host_sources",
    "library_checks",
]
