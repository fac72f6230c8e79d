# SPDX-License-Identifier: BSD-3-Clause
"""A rack of boards: labgrid's coordinator, exporters and places, and leases that end.

`client.acquire` takes a place. Nothing is loaded here: a relay is switched at every boot.
"""
