/* SPDX-License-Identifier: BSD-3-Clause */
/* Error numbers as pointers. */
#define ERR2PTR(...)
