/* SPDX-License-Identifier: BSD-3-Clause */
/* Host core: see uk_host.h. */
#include <uk_host.h>
