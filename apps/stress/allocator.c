/* SPDX-License-Identifier: BSD-3-Clause */
/* The default allocator, called directly, as any Unikraft code may. */
#include <string.h>
#include <uk/alloc.h>

#include "stress.h"

#define BLOCKS	12
#define USERS	4

struct user {
	uint32_t random;
	uint8_t mark;
	uint8_t *blocks[BLOCKS];
	size_t sizes[BLOCKS];
};

static struct user users[USERS];
static struct user urgent_user;
static volatile bool user_is_inside[USERS];
static volatile uint32_t met;	/* interrupts that found somebody inside */

static bool is_filled(const struct user *u, unsigned int i)
{
	size_t byte;

	for (byte = 0; byte < u->sizes[i]; byte++) {
		if (u->blocks[i][byte] != (uint8_t)(u->mark + i))
			return false;
	}
	return true;
}

static void take(struct user *u, unsigned int i)
{
	struct uk_alloc *a = uk_alloc_get_default();
	size_t size = stress_random(&u->random) % 9000 + 1;

	if (stress_random(&u->random) % 3)
		u->blocks[i] = uk_malloc(a, size);
	else
		u->blocks[i] = uk_memalign(a, 64, size);
	CHECK(u->blocks[i] != NULL);
	if (!u->blocks[i])
		return;
	u->sizes[i] = size;
	memset(u->blocks[i], (uint8_t)(u->mark + i), size);
}

static void give(struct user *u, unsigned int i)
{
	if (!u->blocks[i])
		return;
	CHECK(is_filled(u, i));
	uk_free(uk_alloc_get_default(), u->blocks[i]);
	u->blocks[i] = NULL;
}

static void step(struct user *u)
{
	unsigned int i = stress_random(&u->random) % BLOCKS;

	if (u->blocks[i])
		give(u, i);
	else
		take(u, i);
}

static void give_all(struct user *u)
{
	unsigned int i;

	for (i = 0; i < BLOCKS; i++)
		give(u, i);
}

static void __noreturn use(void *arg)
{
	struct user *u = arg;

	while (stress_goes_on()) {
		user_is_inside[u - users] = true;
		step(u);
		user_is_inside[u - users] = false;
	}
	give_all(u);
	stress_exit();
}

static void use_urgently(void)
{
	unsigned int i;

	for (i = 0; i < USERS; i++)
		met += user_is_inside[i];
	step(&urgent_user);
	if (!stress_goes_on())
		give_all(&urgent_user);
}

static void start(void)
{
	unsigned int i;

	urgent_user.random = 99;
	urgent_user.mark = 0xf0;
	for (i = 0; i < USERS; i++) {
		users[i].random = i;
		users[i].mark = (uint8_t)(0x20 * i);
		stress_thread(use, &users[i], LEVEL_WORKER);
	}
}

static void end(void)
{
	CHECK(met > 0);
}

const struct stress_case allocator_case = {
	"the_allocator_is_whole", start, use_urgently, end
};
