/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of task.h. */
#include "../task.h"
