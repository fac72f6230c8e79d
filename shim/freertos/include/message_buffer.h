/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS message buffers: stream buffers that keep messages whole. */
#ifndef FREERTOS_MESSAGE_BUFFER_H
#define FREERTOS_MESSAGE_BUFFER_H

#ifndef INC_FREERTOS_H
#error "include FreeRTOS.h before message_buffer.h"
#endif

#include "stream_buffer.h"
#include "freertos_message_buffer_api.h"

#endif /* FREERTOS_MESSAGE_BUFFER_H */
