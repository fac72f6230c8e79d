/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of stream_buffer.h. */
#include "../stream_buffer.h"
