/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS stream buffers: bytes from one writer to one reader. */
#ifndef STREAM_BUFFER_H
#define STREAM_BUFFER_H

#ifndef INC_FREERTOS_H
#error "include FreeRTOS.h before stream_buffer.h"
#endif

#define sbTYPE_STREAM_BUFFER		((BaseType_t)0)
#define sbTYPE_MESSAGE_BUFFER		((BaseType_t)1)
#define sbTYPE_STREAM_BATCHING_BUFFER	((BaseType_t)2)

#include "freertos_stream_buffer_api.h"

#endif /* STREAM_BUFFER_H */
