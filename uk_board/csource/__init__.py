# SPDX-License-Identifier: BSD-3-Clause
"""C sources read for what they declare and call."""
