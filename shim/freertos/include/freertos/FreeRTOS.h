/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of FreeRTOS.h; there it also brings attributes of code. */
#include "../FreeRTOS.h"
#include "../esp_attr.h"
#include "portmacro.h"
