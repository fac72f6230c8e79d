/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz INPUTS SEED, fuzz runts: frames, most of them broken, into the netif and lwIP, with
 * sanitizers. Now and then all that uses the stack lets go: then every buffer
 * must be back, and a board that asks for an address gets one, and answers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lwip/stats.h>
#include <uk/config.h>

#include "frames.h"
#include "network.h"
#include "world.h"

#define EPOCH		20000U
#define ATTEMPTS	400U

static struct {
	unsigned long kinds[KINDS], mutated, without_buffer, epochs;
} counted;

static void give(enum kind kind, unsigned int mutations)
{
	/* Room for what a mutation moves beyond the end */
	uint8_t frame[2 * FRAME_MAX];
	size_t len = frame_make(frame, kind);
	bool finished = below(8);

	counted.kinds[kind]++;
	counted.mutated += mutations > 0;
	while (mutations--)
		len = frame_mutate(frame, len);
	if (finished)
		frame_finish(frame, len);
	/* A device gives no more, and no less than a header. */
	if (len > FRAME_MAX)
		len = FRAME_MAX;
	if (len < 14)
		len = 14;
	if (!world_receive(frame, len))
		counted.without_buffer++;
}

static void one_input(unsigned long number)
{
	give((enum kind)below(KINDS), below(3) ? below(5) : 0);
	if (!below(50))
		world_pass(1 + below(below(20) ? 100 : 20000));
	if (!below(100))
		users_ask((unsigned int)number);
	if (!below(200))
		users_connect();
	if (!below(500))
		users_stop();
	if (!below(5000)) {
		world_link(false);
		world_pass(100);
		world_link(true);
	}
}

static void fail(const char *what)
{
	printf("fuzz: %s\n", what);
	exit(1);
}

/* lwIP's DHCP waits longer with each attempt, up to a minute. */
static void get_address(void)
{
	uint8_t address[4];
	unsigned int i;

	world_link(false);
	world_pass(1000);
	world_link(true);
	for (i = 0; i < ATTEMPTS; i++) {
		give(OFFER, 0);
		give(ACK, 0);
		world_pass(500);
		world_address(address);
		if (!memcmp(address, "\12\0\2\17", 4))
			return;
	}
	fail("no address");
}

static void get_pong(void)
{
	unsigned int before = seen.pongs, i;

	for (i = 0; i < 10; i++) {
		give(ARP, 0);
		give(PING, 0);
		world_pass(100);
		if (seen.pongs != before)
			return;
	}
	fail("no answer to a ping");
}

static void check_buffers(void)
{
	struct network_status status;

	users_stop();
	/* Reassembly, questions and ARP give up in this time. */
	world_pass(1);
	for (unsigned int i = 0; i < 120; i++)
		world_pass(500);
	users_stop();
	network_status(&status);
	if (status.rx_buffers_free != CONFIG_NETIF_RX_BUFFERS
	    || status.tx_buffers_free != CONFIG_NETIF_TX_BUFFERS)
		fail("a buffer is missing");
}

/* What lwIP holds in pools, when nobody wants anything of it */
static unsigned long pools_used(void)
{
	unsigned long used = 0;

	for (unsigned int i = 0; i < MEMP_MAX; i++)
		used += lwip_stats.memp[i]->used;
	return used;
}

static void end_epoch(void)
{
	static unsigned long first;

	check_buffers();
	get_address();
	check_buffers();
	if (!counted.epochs++)
		first = pools_used();
	if (pools_used() > first)
		fail("lwIP keeps more than at first");
	get_pong();
}

static void tell(unsigned long inputs)
{
	struct network_status status;

	network_status(&status);
	printf("%lu inputs, %lu mutated, %lu epochs, sent %u, bad %u, "
	       "leases %u, link losses %u, pongs %u, streamed %u, resets %u, "
	       "without buffer %lu, out of memory %u\n", inputs,
	       counted.mutated, counted.epochs, seen.sent, status.bad_packets,
	       status.leases, status.link_losses, seen.pongs, seen.data,
	       seen.resets, counted.without_buffer, status.out_of_memory);
}

static void start(unsigned long long seed)
{
	random_seed(seed);
	world_start();
	users_start();
	get_address();
	get_pong();
}

static int runts(void)
{
	const char *wrong;

	start(1);
	wrong = runts_fail();
	if (wrong)
		fail(wrong);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long inputs, i;

	if (argc == 2 && !strcmp(argv[1], "runts"))
		return runts();
	if (argc != 3) {
		fprintf(stderr, "usage: fuzz INPUTS SEED | runts\n");
		return 2;
	}
	inputs = strtoul(argv[1], NULL, 10);
	start(strtoull(argv[2], NULL, 10));
	for (i = 1; i <= inputs; i++) {
		one_input(i);
		if (!(i % EPOCH) || i == inputs)
			end_epoch();
	}
	tell(inputs);
	return 0;
}
