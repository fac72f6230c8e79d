/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages. */
#define uk_pr_crit(...)
