/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of timers.h. */
#include "../timers.h"
