# SPDX-License-Identifier: BSD-3-Clause
"""A rack of boards: labgrid's coordinator, exporters and places, and leases that end."""

from __future__ import annotations

from uk_board.rack.client import Held, acquire, held

__all__ = ["Held", "acquire", "held"]
