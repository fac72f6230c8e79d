/* SPDX-License-Identifier: BSD-3-Clause */
/* Before a structure without gaps; nothing for GCC. Included many times. */
