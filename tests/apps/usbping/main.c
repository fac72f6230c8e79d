/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * As little of a network as proves a driver: it asks for the router's address
 * (ARP, RFC 826) and pings it (ICMP echo, RFC 792), each ping of another
 * length, and compares what comes back. Boot arguments: ping.count=N,
 * ping.len=BYTES for one length, ping.restart=N to have the USB host restart
 * N times first: before frames are received, for QEMU does not survive the
 * reset of a device that has a transfer waiting; ping.patience=S: how long it
 * waits for an adapter.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

#include "board_devices.h"
#include "cdc_ecm.h"
#include "usb.h"

#define FRAMES		16
#define PATIENCE_S	5
#define REPLY_MS	2000

#define ETHERNET_ARP	0x0806
#define ETHERNET_IP	0x0800
#define IP_LEN		20
#define ICMP_LEN	8
#define PAYLOAD_MAX	1472

static const uint8_t our_ip[4] = { 10, 0, 2, 15 };
static const uint8_t router_ip[4] = { 10, 0, 2, 2 };
static uint8_t router[6];

static uint8_t memory[FRAMES][NET_BUFFER_HEADROOM + NET_BUFFER_SIZE]
	__attribute__((aligned(NET_BUFFER_ALIGN)));
static struct net_frame frames[FRAMES];
static struct net_frame *free_frames;
static struct net_device *device;
static SemaphoreHandle_t attached;
static QueueHandle_t received_frames;
static unsigned long count = 100;
static unsigned long only_len = PAYLOAD_MAX + 1;
static unsigned long restarts;
static unsigned long patience_s = PATIENCE_S;
static int exit_status = 1;

/* ---- What the driver is offered ---- */

static struct net_frame *frame_take(struct net_device *dev)
{
	struct net_frame *frame;

	(void)dev;
	taskENTER_CRITICAL();
	frame = free_frames;
	if (frame)
		free_frames = frame->next;
	taskEXIT_CRITICAL();
	return frame;
}

static void frame_give(struct net_device *dev, struct net_frame *frame)
{
	(void)dev;
	taskENTER_CRITICAL();
	frame->next = free_frames;
	free_frames = frame;
	taskEXIT_CRITICAL();
}

static void received(struct net_device *dev, struct net_frame *frame)
{
	if (xQueueSend(received_frames, &frame, 0) != pdPASS)
		frame_give(dev, frame);
}

static void send_ready(struct net_device *dev)
{
	(void)dev;
}

static void link_changed(struct net_device *dev, bool up)
{
	printf("%s: link %s\n", dev->name, up ? "up" : "down");
	if (up)
		xSemaphoreGive(attached);
}

static const struct net_user user = {
	.frame_take = frame_take,
	.frame_give = frame_give,
	.received = received,
	.send_ready = send_ready,
	.link_changed = link_changed,
};

int net_attach(struct net_device *dev)
{
	dev->user = &user;
	device = dev;
	return NET_OK;
}

static void make_frames(void)
{
	int i;

	for (i = 0; i < FRAMES; i++) {
		frames[i].data = memory[i] + NET_BUFFER_HEADROOM;
		frames[i].size = NET_BUFFER_SIZE;
		frame_give(NULL, &frames[i]);
	}
}

/* ---- Frames ---- */

static void put16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static unsigned int get16(const uint8_t *at)
{
	return (unsigned int)at[0] << 8 | at[1];
}

/* RFC 1071 */
static unsigned int checksum(const uint8_t *data, size_t len)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += get16(data + i);
	if (len % 2)
		sum += (uint32_t)data[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static struct net_frame *new_frame(const uint8_t *to, unsigned int type,
				   size_t len)
{
	struct net_frame *frame = frame_take(device);

	if (!frame)
		return NULL;
	memcpy(frame->data, to, 6);
	memcpy(frame->data + 6, device->address, 6);
	put16(frame->data + 12, type);
	frame->len = (uint16_t)(14 + len);
	return frame;
}

static int send_frame(struct net_frame *frame)
{
	int rc = frame ? device->ops->send(device, frame) : NET_ERR_MEMORY;

	if (rc && frame)
		frame_give(device, frame);
	if (rc)
		printf("a frame cannot be sent: %d\n", rc);
	return rc;
}

static int ask_for_router(void)
{
	static const uint8_t everyone[6] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};
	static const uint8_t head[8] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	struct net_frame *frame = new_frame(everyone, ETHERNET_ARP, 28);

	if (frame) {
		memcpy(frame->data + 14, head, 8);
		memcpy(frame->data + 22, device->address, 6);
		memcpy(frame->data + 28, our_ip, 4);
		memset(frame->data + 32, 0, 6);
		memcpy(frame->data + 38, router_ip, 4);
	}
	return send_frame(frame);
}

static void fill(uint8_t *payload, size_t len, unsigned long number)
{
	size_t i;

	for (i = 0; i < len; i++)
		payload[i] = (uint8_t)(number * 7 + i);
}

static int send_echo(unsigned long number, size_t len)
{
	struct net_frame *frame = new_frame(router, ETHERNET_IP,
					    IP_LEN + ICMP_LEN + len);
	uint8_t *ip, *icmp;

	if (!frame)
		return send_frame(frame);
	ip = frame->data + 14;
	icmp = ip + IP_LEN;
	memset(ip, 0, IP_LEN + ICMP_LEN);
	ip[0] = 0x45;
	put16(ip + 2, (unsigned int)(IP_LEN + ICMP_LEN + len));
	ip[8] = 64;
	ip[9] = 1;
	memcpy(ip + 12, our_ip, 4);
	memcpy(ip + 16, router_ip, 4);
	put16(ip + 10, checksum(ip, IP_LEN));
	icmp[0] = 8;
	put16(icmp + 6, (unsigned int)number);
	fill(icmp + ICMP_LEN, len, number);
	put16(icmp + 2, checksum(icmp, ICMP_LEN + len));
	return send_frame(frame);
}

static bool is_arp_reply(const struct net_frame *frame)
{
	return frame->len >= 42 && get16(frame->data + 12) == ETHERNET_ARP
	       && get16(frame->data + 20) == 2
	       && !memcmp(frame->data + 28, router_ip, 4);
}

static bool is_echo_reply(const struct net_frame *frame, unsigned long number,
			  size_t len)
{
	static uint8_t wanted[PAYLOAD_MAX];
	const uint8_t *icmp = frame->data + 14 + IP_LEN;

	if (frame->len < 14 + IP_LEN + ICMP_LEN + len
	    || get16(frame->data + 12) != ETHERNET_IP || frame->data[23] != 1
	    || icmp[0] != 0 || get16(icmp + 6) != (number & 0xffff))
		return false;
	fill(wanted, len, number);
	return !memcmp(icmp + ICMP_LEN, wanted, len)
	       && !checksum(icmp, ICMP_LEN + len);
}

/* ---- The program ---- */

static int find_router(void)
{
	struct net_frame *frame;
	bool found = false;

	if (ask_for_router())
		return -1;
	while (!found) {
		if (xQueueReceive(received_frames, &frame,
				  pdMS_TO_TICKS(REPLY_MS)) != pdPASS)
			return -1;
		found = is_arp_reply(frame);
		if (found)
			memcpy(router, frame->data + 22, 6);
		frame_give(device, frame);
	}
	return 0;
}

static int ping(unsigned long number, size_t len)
{
	struct net_frame *frame;
	bool found = false;

	if (send_echo(number, len))
		return -1;
	while (!found) {
		if (xQueueReceive(received_frames, &frame,
				  pdMS_TO_TICKS(REPLY_MS)) != pdPASS) {
			printf("ping %lu of %lu bytes: no answer\n", number,
			       (unsigned long)len);
			return -1;
		}
		found = is_echo_reply(frame, number, len);
		frame_give(device, frame);
	}
	return 0;
}

static void report_usb(void)
{
	const struct usb_host_counters *u = usb_host_counters();

	printf("usb: attached %lu, refused %lu, timeouts %lu, restarts %lu\n",
	       (unsigned long)u->attached, (unsigned long)u->refused,
	       (unsigned long)u->timeouts, (unsigned long)u->restarts);
}

static void report(unsigned long answered, TickType_t took)
{
	const struct net_counters *n = &device->counters;

	printf("%lu of %lu pings answered in %lu ms\n", answered, count,
	       (unsigned long)took);
	printf("rx %lu dropped %lu errors %lu, tx %lu errors %lu, resets %lu\n",
	       (unsigned long)n->rx_frames, (unsigned long)n->rx_dropped,
	       (unsigned long)n->rx_errors, (unsigned long)n->tx_frames,
	       (unsigned long)n->tx_errors, (unsigned long)n->resets);
}

static unsigned int frames_free(void)
{
	struct net_frame *frame;
	unsigned int n = 0;

	for (frame = free_frames; frame; frame = frame->next)
		n++;
	return n;
}

static bool wait_for_adapter(void)
{
	if (xSemaphoreTake(attached, pdMS_TO_TICKS(patience_s * 1000))
	    == pdPASS)
		return true;
	printf("no adapter\n");
	return false;
}

static unsigned long ping_all(void)
{
	unsigned long number, answered = 0;

	for (number = 1; number <= count; number++)
		answered += !ping(number, only_len <= PAYLOAD_MAX ? only_len
				  : number * 37 % (PAYLOAD_MAX + 1));
	return answered;
}

static void run(void)
{
	unsigned long answered;
	TickType_t begin;

	if (!wait_for_adapter())
		return;
	while (restarts--) {
		usb_host_restart();
		if (!wait_for_adapter())
			return;
	}
	printf("%s: %02x:%02x:%02x:%02x:%02x:%02x after %lu ms\n", device->name,
	       device->address[0], device->address[1], device->address[2],
	       device->address[3], device->address[4], device->address[5],
	       (unsigned long)xTaskGetTickCount());
	if (device->ops->start(device) || find_router()) {
		printf("no router\n");
		return;
	}
	begin = xTaskGetTickCount();
	answered = ping_all();
	report(answered, xTaskGetTickCount() - begin);
	device->ops->stop(device);
	printf("frames free: %u of %u\n", frames_free(), FRAMES);
	exit_status = answered != count;
}

static void run_task(void *arg)
{
	(void)arg;
	run();
	report_usb();
	vTaskEndScheduler();
}

static void read_argument(const char *arg)
{
	if (!strncmp(arg, "ping.count=", 11))
		count = strtoul(arg + 11, NULL, 10);
	if (!strncmp(arg, "ping.len=", 9))
		only_len = strtoul(arg + 9, NULL, 10);
	if (!strncmp(arg, "ping.patience=", 14))
		patience_s = strtoul(arg + 14, NULL, 10);
	if (!strncmp(arg, "ping.restart=", 13))
		restarts = strtoul(arg + 13, NULL, 10);
}

int main(int argc, char *argv[])
{
	int i, rc;

	for (i = 1; i < argc; i++)
		read_argument(argv[i]);
	make_frames();
	attached = xSemaphoreCreateBinary();
	received_frames = xQueueCreate(FRAMES, sizeof(struct net_frame *));
	rc = dwc2_init(&board_usb);
	if (rc) {
		printf("usb: %d\n", rc);
		return 1;
	}
	if (xTaskCreate(run_task, "ping", 1024, NULL, 2, NULL) != pdPASS)
		return 1;
	vTaskStartScheduler();
	return exit_status;
}
