/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of list.h. */
#include "../list.h"
