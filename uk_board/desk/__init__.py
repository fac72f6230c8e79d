# SPDX-License-Identifier: BSD-3-Clause
"""A board on the desk: what it hangs on, and a person at its console."""
