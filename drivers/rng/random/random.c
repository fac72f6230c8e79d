/* SPDX-License-Identifier: BSD-3-Clause */
/* Health tests of a source of random words: NIST SP 800-90B, chapter 4. */
#include <string.h>

#include "FreeRTOS.h"
#include "semphr.h"

#include "../rng.h"

/*
 * What we claim of a source: 8 bits of entropy in a word of 32. No document
 * says more of those that are driven here.
 *
 * SP 800-90B, 4.4.1: 1 + ceil(20 / H) for one false alarm in 2^20 words
 */
#define REPEATED_MAX		4U
/* SP 800-90B, 4.4.2: the window for samples that are not binary */
#define WINDOW			512U
/* SP 800-90B, 4.4.2: 1 + critbinom(512, 2^-8, 1 - 2^-20) */
#define SEEN_MAX		13U
/* SP 800-90B, 4.3: at start-up 1024 samples at least */
#define START_WORDS		1024U

static struct rng *source;
static SemaphoreHandle_t lock;
static StaticSemaphore_t lock_memory;

/* 4.4.1, repetition count test */
static bool repeats(struct rng *rng, uint32_t word)
{
	if (rng->repeated && word == rng->last)
		return ++rng->repeated >= REPEATED_MAX;
	rng->last = word;
	rng->repeated = 1;
	return false;
}

/* 4.4.2, adaptive proportion test */
static bool prevails(struct rng *rng, uint32_t word)
{
	if (rng->position == 0) {
		rng->sample = word;
		rng->seen = 0;
	}
	rng->position = (rng->position + 1) % WINDOW;
	return word == rng->sample && ++rng->seen >= SEEN_MAX;
}

static int next(struct rng *rng, uint32_t *word)
{
	int rc;

	if (rng->failed)
		return RNG_ERR_HEALTH;
	rc = rng->ops->word(rng, word);
	if (rc) {
		rng->timeouts += rc == RNG_ERR_TIMEOUT;
		return rc;
	}
	/* Both, for each keeps its own account */
	rng->failed = repeats(rng, *word) | prevails(rng, *word);
	if (rng->failed)
		return RNG_ERR_HEALTH;
	rng->words++;
	return RNG_OK;
}

int rng_attach(struct rng *rng)
{
	uint32_t n, word;
	int rc = RNG_OK;

	rng->repeated = 0;
	rng->position = 0;
	rng->failed = false;
	for (n = 0; n < START_WORDS && !rc; n++)
		rc = next(rng, &word);
	if (rc)
		return rc;
	lock = xSemaphoreCreateMutexStatic(&lock_memory);
	source = rng;
	return RNG_OK;
}

const struct rng *rng_source(void)
{
	return source;
}

int rng_read(void *data, size_t size)
{
	uint8_t *to = data;
	int rc = RNG_OK;

	memset(data, 0, size);
	if (!source)
		return RNG_ERR_NO_DEVICE;
	xSemaphoreTake(lock, portMAX_DELAY);
	while (size && !rc) {
		size_t now = size < sizeof(uint32_t) ? size : sizeof(uint32_t);
		uint32_t word;

		rc = next(source, &word);
		if (!rc)
			memcpy(to, &word, now);
		to += now;
		size -= now;
	}
	xSemaphoreGive(lock);
	if (rc)
		memset(data, 0, (size_t)(to - (uint8_t *)data));
	return rc;
}
