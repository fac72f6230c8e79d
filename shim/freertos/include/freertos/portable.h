/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of portable.h. */
#include "../portable.h"
