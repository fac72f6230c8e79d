/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of semphr.h. */
#include "../semphr.h"
