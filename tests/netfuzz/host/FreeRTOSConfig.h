/* SPDX-License-Identifier: BSD-3-Clause */
/* Nothing but the defaults. */
