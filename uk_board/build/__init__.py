# SPDX-License-Identifier: BSD-3-Clause
"""From an app and a board to an image: parts, plan, generated C, ninja, sizes."""
