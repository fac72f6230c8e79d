/* SPDX-License-Identifier: BSD-3-Clause */
/* The clock. */
__nsec ukplat_monotonic_clock(void);
