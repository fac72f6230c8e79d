/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of atomic.h. */
#include "../atomic.h"
