# SPDX-License-Identifier: BSD-3-Clause
"""QEMU's models of the boards: how one is started, controlled, and connected."""
