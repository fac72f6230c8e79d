/* SPDX-License-Identifier: BSD-3-Clause */
/* Basic types. */
typedef unsigned long __sz;
typedef long __ssz;
typedef unsigned long __uptr;
