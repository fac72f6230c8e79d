/* SPDX-License-Identifier: BSD-3-Clause */
/* Behind a structure without gaps, as GCC says it. Included many times. */
__attribute__((packed));
