/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of projdefs.h. */
#include "../projdefs.h"
