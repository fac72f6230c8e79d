# SPDX-License-Identifier: BSD-3-Clause
"""Booting boards over a network: the DHCP answers and the TFTP server that they want."""
