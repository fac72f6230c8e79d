/* SPDX-License-Identifier: BSD-3-Clause */
/* Callbacks of stream buffers that write down how they were called. */
#include "shim.h"
#include "stream_log.h"

struct stream_log test_sent, test_received;

static void log_call(struct stream_log *log, StreamBufferHandle_t stream,
		     BaseType_t isr, BaseType_t *woken)
{
	log->calls++;
	log->stream = stream;
	log->isr = isr;
	log->woken = woken;
}

void test_on_sent(StreamBufferHandle_t stream, BaseType_t isr,
		  BaseType_t *woken)
{
	log_call(&test_sent, stream, isr, woken);
}

void test_on_received(StreamBufferHandle_t stream, BaseType_t isr,
		      BaseType_t *woken)
{
	log_call(&test_received, stream, isr, woken);
}
