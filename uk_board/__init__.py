# SPDX-License-Identifier: BSD-3-Clause
"""Board bring-up and FreeRTOS driver shim for Unikraft."""

__version__ = "0.1.0"
