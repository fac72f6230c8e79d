/* SPDX-License-Identifier: BSD-3-Clause */
/* Stream buffers, 64 bytes at a time. */
#include "bench.h"

#include "stream_buffer.h"

#define BUFFER_BYTES	256

static StreamBufferHandle_t buffer;
static uint64_t from[8], to[8];
static volatile uint64_t begin;

static void wake(void *arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0;; i++) {
		xStreamBufferReceive(buffer, to, sizeof(to), portMAX_DELAY);
		series_add(bench_series2, i, series_now() - begin);
	}
}

void bench_stream_buffer(void)
{
	buffer = xStreamBufferCreate(BUFFER_BYTES, 1);
	BENCH_MEASURE(bench_series,
		      xStreamBufferSend(buffer, from, sizeof(from), 0);
		      xStreamBufferReceive(buffer, to, sizeof(to), 0));
	bench_report("streambuf.write_read_64B", bench_series);

	bench_start(wake, BENCH_PRIORITY + 1);
	BENCH_MEASURE_SHARED(begin, bench_series,
			     xStreamBufferSend(buffer, from, sizeof(from), 0));
	bench_report("streambuf.write64_to_highprio_running", bench_series2);
	bench_report("streambuf.write64_highprio_roundtrip", bench_series);
	bench_stop();
	vStreamBufferDelete(buffer);
}
