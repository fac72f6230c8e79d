/* SPDX-License-Identifier: BSD-3-Clause */
/* What callbacks of stream buffers wrote down. Plain: cffi reads it too. */
#ifndef SHIM_HOST_STREAM_LOG_H
#define SHIM_HOST_STREAM_LOG_H

struct stream_log {
	uint32_t calls;
	StreamBufferHandle_t stream;	/* of the last call, as the rest */
	BaseType_t isr;
	BaseType_t *woken;
};

extern struct stream_log test_sent;
extern struct stream_log test_received;

void test_on_sent(StreamBufferHandle_t stream, BaseType_t isr,
		  BaseType_t *woken);
void test_on_received(StreamBufferHandle_t stream, BaseType_t isr,
		      BaseType_t *woken);

#endif /* SHIM_HOST_STREAM_LOG_H */
