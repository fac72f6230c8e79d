# SPDX-License-Identifier: BSD-3-Clause
"""Random programs do on the host what the model of FreeRTOS says, line for line."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from uk_board.shimhost.generate import random_program
from uk_board.shimhost.model import predict
from uk_board.shimhost.program import run_program


@settings(
    max_examples=int(os.environ.get("UK_BOARD_EXAMPLES", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(chance=st.randoms(use_true_random=False))
def test_the_shim_does_what_the_model_says(shim_library: Path, chance: Random) -> None:
    program = random_program(chance)
    note(str(program))
    run = run_program(shim_library, str(program))
    assert run.trace == predict(program)
    assert run.wrong == ()
