# SPDX-License-Identifier: BSD-3-Clause
"""Random programs do on the host what the model of FreeRTOS says, line for line."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, given, note, settings
from programs import programs

from uk_board.shimhost.model import predict
from uk_board.shimhost.program import run_program
from uk_board.shimhost.text import Program


@settings(
    max_examples=int(os.environ.get("UK_BOARD_EXAMPLES", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(program=programs())
def test_the_shim_does_what_the_model_says(shim_library: Path, program: Program) -> None:
    note(str(program))
    run = run_program(shim_library, str(program))
    assert run.trace == predict(program)
    assert run.said == ""
