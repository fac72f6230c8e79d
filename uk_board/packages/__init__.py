# SPDX-License-Identifier: BSD-3-Clause
"""Third-party sources: fetched once from Debian, checked, unpacked without root."""
