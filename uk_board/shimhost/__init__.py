# SPDX-License-Identifier: BSD-3-Clause
"""The shim on this machine: built over the host core, its tasks driven from Python."""

from uk_board.shimhost.build import build
from uk_board.shimhost.world import TICK_NS, Call, Host, Puppet

__all__ = ["TICK_NS", "Call", "Host", "Puppet", "build"]
