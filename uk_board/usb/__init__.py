# SPDX-License-Identifier: BSD-3-Clause
"""Boards that are started over USB: transport and boot protocols."""
