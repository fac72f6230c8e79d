/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's additions for several cores; task.h has those of them there are. */
#include "../task.h"
