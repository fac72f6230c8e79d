/* SPDX-License-Identifier: BSD-3-Clause */
/* What lwIP leaves to its port: random numbers, checksums, its assertions. */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "lwip/def.h"
#include "lwip/tcpip.h"
#include "lwip_port.h"

void lwip_port_assert(const char *what)
{
	printf("lwip: %s\n", what);
	abort();
}

/* ---- The lock ---- */

void (*lwip_port_before_unlock)(void);

void lwip_port_unlock(void)
{
	if (lwip_port_before_unlock)
		lwip_port_before_unlock();
	sys_mutex_unlock(&lock_tcpip_core);
}

/* ---- Random numbers: SipHash-2-4 of a counter, under a key ---- */

static struct {
	uint64_t key[2];
	uint64_t count;
} generator;

static inline uint64_t rotate(uint64_t x, unsigned int bits)
{
	return x << bits | x >> (64 - bits);
}

/* J.-P. Aumasson, D. J. Bernstein: SipHash: a fast short-input PRF (2012), 2 */
static void sip_rounds(uint64_t v[4], unsigned int rounds)
{
	while (rounds--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32) + v[3];
		v[2] += v[1];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

/* As there, of whole words; the length goes into the last block. */
static uint64_t sip_hash(const uint64_t key[2], const uint64_t *words,
			 size_t count)
{
	uint64_t v[4] = {
		key[0] ^ 0x736f6d6570736575U,
		key[1] ^ 0x646f72616e646f6dU,
		key[0] ^ 0x6c7967656e657261U,
		key[1] ^ 0x7465646279746573U,
	};
	uint64_t last = (uint64_t)(count * 8) << 56;
	size_t i;

	for (i = 0; i <= count; i++) {
		uint64_t word = i < count ? words[i] : last;

		v[3] ^= word;
		sip_rounds(v, 2);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	sip_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Finer than a tick: the processor's counter, where it is known. */
static uint64_t moment(void)
{
#ifdef __aarch64__
	uint64_t count;

	__asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(count));
	return count;
#else
	return xTaskGetTickCount();
#endif
}

void lwip_port_stir(const void *data, size_t len)
{
	const uint8_t *from = data;
	uint64_t words[2] = { moment(), 0 };

	while (len) {
		size_t part = len < sizeof(words[1]) ? len : sizeof(words[1]);

		memcpy(&words[1], from, part);
		taskENTER_CRITICAL();
		generator.key[0] ^= sip_hash(generator.key, words, 2);
		generator.key[1] += rotate(generator.key[0], 29) ^ words[0];
		taskEXIT_CRITICAL();
		from += part;
		len -= part;
	}
}

bool lwip_port_random_source(lwip_port_source_t source)
{
	uint64_t seed[2];

	if (!source(seed, sizeof(seed)))
		return false;
	lwip_port_stir(seed, sizeof(seed));
	return true;
}

uint32_t lwip_port_random(void)
{
	uint64_t words[2];
	uint64_t value;

	taskENTER_CRITICAL();
	words[0] = generator.count++;
	words[1] = moment();
	value = sip_hash(generator.key, words, 2);
	/* When is hard to guess in the long run: let it add up. */
	generator.key[1] ^= value >> 32;
	taskEXIT_CRITICAL();
	return (uint32_t)value;
}

static void put_address(uint64_t words[2], const ip_addr_t *address)
{
#if LWIP_IPV6
	if (IP_IS_V6(address)) {
		memcpy(words, ip_2_ip6(address)->addr, 2 * sizeof(*words));
		return;
	}
#endif
	words[0] = ip4_addr_get_u32(ip_2_ip4(address));
}

u32_t lwip_port_isn(const ip_addr_t *local, u16_t local_port,
		    const ip_addr_t *remote, u16_t remote_port)
{
	/* One for good, while that of random numbers moves on */
	static uint64_t key[2];
	uint64_t words[5] = { (uint64_t)local_port << 16 | remote_port };
	uint32_t *half = (uint32_t *)key;
	unsigned int i;

	for (i = 0; !key[1] && i < 4; i++)
		half[i] = lwip_port_random();
	put_address(&words[1], local);
	put_address(&words[3], remote);
	/* RFC 6528, 3: plus a clock of 4 microseconds */
	return (u32_t)(sip_hash(key, words, LWIP_ARRAYSIZE(words))
		       + (uint64_t)xTaskGetTickCount()
			 * (portTICK_PERIOD_MS * 250));
}

/* ---- Copies and checksums (RFC 1071): of every byte that comes or goes ---- */

/* Wherever it lies: the MMU allows it. */
struct words {
	uint32_t word[8];
} __attribute__((packed, aligned(1), may_alias));

static inline uint64_t add(uint64_t sum, const struct words *words)
{
	sum += words->word[0];
	sum += words->word[1];
	sum += words->word[2];
	sum += words->word[3];
	sum += words->word[4];
	sum += words->word[5];
	sum += words->word[6];
	return sum + words->word[7];
}

/* The last bytes count as many that end with zeros. */
static uint16_t finish(uint64_t sum, const void *rest, size_t len)
{
	struct words words = { { 0 } };

	memcpy(&words, rest, len);
	sum = add(sum, &words);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

uint16_t lwip_port_checksum(const void *data, int len)
{
	const struct words *from = data;
	size_t left = (size_t)len;
	uint64_t sum = 0;

	for (; left >= sizeof(*from); left -= sizeof(*from))
		sum = add(sum, from++);
	return finish(sum, from, left);
}

uint16_t lwip_port_checksum_copy(void *to, const void *from, uint16_t len)
{
	const struct words *in = from;
	struct words *out = to;
	size_t left = len;
	uint64_t sum = 0;

	for (; left >= sizeof(*in); left -= sizeof(*in)) {
		sum = add(sum, in);
		*out++ = *in++;
	}
	memcpy(out, in, left);
	return finish(sum, in, left);
}

void lwip_port_copy(void *to, const void *from, size_t len)
{
	const struct words *in = from;
	struct words *out = to;

	for (; len >= 2 * sizeof(*in); len -= 2 * sizeof(*in)) {
		out[0] = in[0];
		out[1] = in[1];
		in += 2;
		out += 2;
	}
	memcpy(out, in, len);
}
