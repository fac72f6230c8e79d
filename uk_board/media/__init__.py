# SPDX-License-Identifier: BSD-3-Clause
"""Bootable media: their structures, how they are made, read, shown and updated."""
