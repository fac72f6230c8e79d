# SPDX-License-Identifier: BSD-3-Clause
"""Debug probes, and cores of ARMv8-A behind them: halt, load, look, run."""
