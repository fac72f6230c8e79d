/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of message_buffer.h. */
#include "../message_buffer.h"
