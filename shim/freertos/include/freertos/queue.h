/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of queue.h. */
#include "../queue.h"
