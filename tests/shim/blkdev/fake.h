/* SPDX-License-Identifier: BSD-3-Clause */
/* What the test of the bridge calls; cffi reads it. */
#define FAKE_SECTORS 64
#define FAKE_REQUESTS 64

/* The device, not yet configured; its operations wait for fake_go(). */
int fake_attach(uint32_t read_only);
/* Configure and start; the event's callback finishes requests, or not. */
int fake_up(uint16_t queues, uint16_t length, uint32_t finishes);
int fake_down(void);
int fake_events(uint32_t on);
int fake_submit(uint32_t request, int operation, uint64_t sector,
		uint64_t count, void *data);
/* Let the operation that is under way, or the next, end with this BLOCK_*. */
void fake_go(int result);
int fake_finish(void);
/* What the user sees: 2 while it is under way. */
int fake_result(uint32_t request);
uint32_t fake_calls(void);
uint32_t fake_told(void);
uint32_t fake_answered(void);
uint8_t *fake_memory(void);
uint64_t fake_size(void);
int fake_mode(void);
uint32_t fake_failures(void);
int blkdev_errno(int error);
