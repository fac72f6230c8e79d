# SPDX-License-Identifier: BSD-3-Clause
"""The C that says what an image is built for: plan -> text, always the same."""

from __future__ import annotations

from uk_board.build.codegen_board import board_c
from uk_board.build.codegen_headers import addresses_h, config_h, devices_h
from uk_board.build.plan import Plan

CONFIG_H = "include/uk/config.h"
DEVICES_H = "include/board_devices.h"
ADDRESSES_H = "include/board_addresses.h"
BOARD_C = "board.c"


def generate(plan: Plan) -> dict[str, str]:
    """Return the generated files of an image: name below gen/ -> text."""
    files = {
        CONFIG_H: config_h(plan),
        DEVICES_H: devices_h(plan),
        ADDRESSES_H: addresses_h(plan),
        BOARD_C: board_c(plan),
    }
    return {name: _heading(plan) + "\n".join(lines) + "\n" for name, lines in files.items()}


def _heading(plan: Plan) -> str:
    return (
        "/* SPDX-License-Identifier: BSD-3-Clause */\n"
        f"/* Generated from boards/{plan.board.path.name} and apps/{plan.app.name}/app.toml by\n"
        f" * uk-board build {plan.board.name} --app {plan.app.name}\n"
        " */\n"
    )
