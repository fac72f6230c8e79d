# SPDX-License-Identifier: BSD-3-Clause
"""Block devices: what they are, whether they may be written, how they are written and verified."""
