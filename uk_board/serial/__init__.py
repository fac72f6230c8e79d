# SPDX-License-Identifier: BSD-3-Clause
"""Serial ports: which there are, which is a board's, and the bytes that go over one."""
