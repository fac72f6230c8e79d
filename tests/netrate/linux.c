/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The only process of a Linux guest, without a C library: loads the drivers
 * of virtio-net, sets an address, and serves what apps/nettest serves: port 9
 * discards, port 19 is a source of bytes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Linux, include/uapi/asm-generic/unistd.h */
#define SYS_IOCTL		29
#define SYS_OPENAT		56
#define SYS_CLOSE		57
#define SYS_READ		63
#define SYS_WRITE		64
#define SYS_NANOSLEEP		101
#define SYS_SIGACTION		134
#define SYS_SOCKET		198
#define SYS_BIND		200
#define SYS_LISTEN		201
#define SYS_ACCEPT		202
#define SYS_CLONE		220
#define SYS_FINIT_MODULE	273
/* Linux, include/uapi/linux/sockios.h and if.h */
#define SIOCSIFFLAGS		0x8914
#define SIOCSIFADDR		0x8916
#define SIOCSIFNETMASK		0x891c
#define IFF_UP_RUNNING		0x41
#define AF_INET			2
#define SOCK_STREAM		1
#define SIGCHLD			17
#define SIGPIPE			13
#define AT_FDCWD		(-100)

#define DISCARD	9
#define SOURCE	19
/* As many bytes a call as a usual server uses */
#define PIECE	65536U

struct address {
	uint16_t family, port;
	uint8_t ip[4];
	uint8_t zero[8];
};

struct request {
	char name[16];
	union {
		struct address address;
		int16_t flags;
		uint8_t room[24];
	};
};

static char piece[PIECE];

static long call(long number, long a, long b, long c)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = 8;
	register long x4 __asm__("x4") = 0;

	__asm__ __volatile__("svc 0" : "+r"(x0)
			     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			     : "memory");
	return x0;
}

static void say(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	call(SYS_WRITE, 1, (long)text, (long)length);
}

static void load(const char *module)
{
	long fd = call(SYS_OPENAT, AT_FDCWD, (long)module, 0);

	/* One that is built in is not there. */
	if (fd >= 0 && call(SYS_FINIT_MODULE, fd, (long)"", 0))
		say("a module cannot be loaded\n");
	call(SYS_CLOSE, fd, 0, 0);
}

static bool set_address(void)
{
	struct request request = { .name = "eth0" };
	long fd = call(SYS_SOCKET, AF_INET, SOCK_STREAM, 0);
	long rc;

	request.address = (struct address){ AF_INET, 0, { 10, 0, 2, 15 }, { 0 } };
	rc = call(SYS_IOCTL, fd, SIOCSIFADDR, (long)&request);
	request.address = (struct address){ AF_INET, 0, { 255, 255, 255, 0 },
					    { 0 } };
	rc |= call(SYS_IOCTL, fd, SIOCSIFNETMASK, (long)&request);
	request.flags = IFF_UP_RUNNING;
	rc |= call(SYS_IOCTL, fd, SIOCSIFFLAGS, (long)&request);
	call(SYS_CLOSE, fd, 0, 0);
	return !rc;
}

static void serve(uint8_t port)
{
	struct address here = { AF_INET, (uint16_t)(port << 8), { 0 }, { 0 } };
	long what = port == SOURCE ? SYS_WRITE : SYS_READ;
	long fd = call(SYS_SOCKET, AF_INET, SOCK_STREAM, 0);

	call(SYS_BIND, fd, (long)&here, sizeof(here));
	call(SYS_LISTEN, fd, 8, 0);
	for (;;) {
		long one = call(SYS_ACCEPT, fd, 0, 0);

		while (call(what, one, (long)piece, PIECE) > 0)
			;
		call(SYS_CLOSE, one, 0, 0);
	}
}

void _start(void)
{
	const long tenth[] = { 0, 100000000 };
	/* Linux, arch/arm64: handler, flags, mask; 1: ignored */
	const long ignored[] = { 1, 0, 0, 0 };

	load("/virtio_mmio.ko");
	load("/failover.ko");
	load("/net_failover.ko");
	load("/virtio_net.ko");
	while (!set_address())
		call(SYS_NANOSLEEP, (long)tenth, 0, 0);
	call(SYS_SIGACTION, SIGPIPE, (long)ignored, 0);
	say("netrate: ready\n");
	serve(call(SYS_CLONE, SIGCHLD, 0, 0) ? SOURCE : DISCARD);
}
