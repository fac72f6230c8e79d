/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of event_groups.h. */
#include "../event_groups.h"
