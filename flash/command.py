# SPDX-License-Identifier: BSD-3-Clause
"""A command of one's own: copy the image to where the board boots from, in one's own way."""

from __future__ import annotations

import shlex

from uk_board.desk import power
from uk_board.errors import UsageError
from uk_board.flasher import Job, Option, Plan, Trait

CAPTION = "a command of one's own, such as one that copies the image to a TFTP server"
VERIFIED = "qemu: an emulated board behind a console server boots what the command copied"
TRAITS = frozenset({Trait.TAKES_ARGUMENTS, Trait.TAKES_MEDIUM, Trait.AT_BOARD})
OPTIONS = (
    Option(
        "command",
        "Run this, without a shell; {image}, {medium}, {board} and {arguments} are put in.",
        "COMMAND",
        needed=True,
    ),
)


def plan(job: Job) -> Plan:
    """Look at the command; a word in braces that is none of ours is refused."""
    command: str = job.option("command")
    words = {"image": job.image, "medium": "the SD image", **_texts(job)}
    return Plan((f"run {_filled(command, words)}",))


def run(job: Job, plan: Plan) -> str:
    """Run it."""
    command: str = job.option("command")
    words = {"image": job.build(), **_texts(job)}
    if "{medium}" in command:
        words["medium"] = job.medium()
    filled = _filled(command, words)
    power.do(filled)
    return filled


def _texts(job: Job) -> dict[str, object]:
    return {"board": job.board.name, "arguments": job.arguments}


def _filled(command: str, words: dict[str, object]) -> str:
    """Return the command with its words put in, each one word of it. Raises: UsageError."""
    try:
        filled = [part.format(**words) for part in shlex.split(command)]
    except (ValueError, KeyError, IndexError) as error:
        known = ", ".join(f"{{{word}}}" for word in (*words, "medium"))
        raise UsageError("--command", f'"{command}" is none: {error}; known: {known}') from error
    return shlex.join(filled)
