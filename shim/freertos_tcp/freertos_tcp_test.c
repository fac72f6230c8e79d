/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a driver as they are written for FreeRTOS+TCP, in both
 * forms, over a model of a MAC with rings in memory. It moves no byte: the
 * device fills the buffers that go up, and reads those that came down.
 */
#include <string.h>
#include <uk_host.h>

#include "FreeRTOS.h"
#include "task.h"
#include "queue.h"
#include "FreeRTOS_IP.h"
#include "FreeRTOS_IP_Private.h"
#include "FreeRTOS_Routing.h"
#include "NetworkBufferManagement.h"
#include "NetworkInterface.h"
#include "netdev_link.h"

#define MACS		2
#define RING		4
#define FIRST_IRQ	50
#define BUFFER_BYTES	1536
#define SENT_MAX	512

/* ---- The model ---- */

static struct mac {
	NetworkInterface_t *interface;
	NetworkBufferDescriptor_t *rx[RING], *tx[RING];
	uint32_t filled[RING];		/* length of what came, 0: nothing */
	uint32_t rx_in, rx_out, tx_in, tx_out, tx_done;
	bool link;
	TaskHandle_t task;
	uint32_t lost;			/* no buffer to take its place */
} macs[MACS];

static uint32_t initialised, failures, refused;
static uint32_t sent_count, sent_len[SENT_MAX];
static uint8_t sent[SENT_MAX][NET_FRAME_MAX];
static const void *last_place;

/* A frame comes in; false: the ring is full, or has no buffers. */
_Bool model_arrive(uint32_t n, const uint8_t *data, uint32_t len)
{
	struct mac *mac = &macs[n];
	uint32_t slot = mac->rx_in % RING;

	if (!mac->rx[slot] || mac->filled[slot])
		return false;
	last_place = mac->rx[slot]->pucEthernetBuffer;
	memcpy(mac->rx[slot]->pucEthernetBuffer, data, len);
	mac->filled[slot] = len;
	mac->rx_in++;
	return true;
}

/* Let the device send what waits, @p most frames; how many it sent. */
uint32_t model_transmit(uint32_t n, uint32_t most)
{
	struct mac *mac = &macs[n];
	uint32_t count = 0;

	for (; count < most && mac->tx_done != mac->tx_in; count++) {
		NetworkBufferDescriptor_t *buffer =
			mac->tx[mac->tx_done++ % RING];
		uint32_t at = sent_count++ % SENT_MAX;

		last_place = buffer->pucEthernetBuffer;
		sent_len[at] = (uint32_t)buffer->xDataLength;
		memcpy(sent[at], buffer->pucEthernetBuffer,
		       buffer->xDataLength);
	}
	return count;
}

/* ---- The driver ---- */

static void interrupt(void *arg)
{
	struct mac *mac = arg;
	BaseType_t woken = pdFALSE;

	vTaskNotifyGiveFromISR(mac->task, &woken);
	portYIELD_FROM_ISR(woken);
}

static void tx_collect(struct mac *mac)
{
	while (mac->tx_out != mac->tx_done)
		vReleaseNetworkBufferAndDescriptor(
			mac->tx[mac->tx_out++ % RING]);
}

static void hand_over(NetworkBufferDescriptor_t *buffer)
{
	const IPStackEvent_t event = { eNetworkRxEvent, buffer };

	if (xSendEventStructToIPTask(&event, 0) == pdPASS)
		return;
#if ipconfigUSE_LINKED_RX_MESSAGES
	while (buffer) {
		NetworkBufferDescriptor_t *next = buffer->pxNextBuffer;

		vReleaseNetworkBufferAndDescriptor(buffer);
		buffer = next;
	}
#else
	vReleaseNetworkBufferAndDescriptor(buffer);
#endif
	refused++;
}

/* The filled buffer, with another in its place; NULL: dropped. */
static NetworkBufferDescriptor_t *rx_take(struct mac *mac)
{
	uint32_t slot = mac->rx_out++ % RING;
	NetworkBufferDescriptor_t *buffer = mac->rx[slot];
	NetworkBufferDescriptor_t *next;

	next = pxGetNetworkBufferWithDescriptor(BUFFER_BYTES, 0);
	if (!next || eConsiderFrameForProcessing(buffer->pucEthernetBuffer)
		     != eProcessBuffer) {
		mac->lost += !next;
		if (next)
			vReleaseNetworkBufferAndDescriptor(next);
		mac->filled[slot] = 0;
		return NULL;
	}
	buffer->xDataLength = mac->filled[slot];
#if !ipconfigOLDER_INTERFACE
	buffer->pxInterface = mac->interface;
	buffer->pxEndPoint = FreeRTOS_MatchingEndpoint(
		mac->interface, buffer->pucEthernetBuffer);
	configASSERT(buffer->pxEndPoint == mac->interface->pxEndPoint);
#endif
	configASSERT(pxPacketBuffer_to_NetworkBuffer(buffer->pucEthernetBuffer)
		     == buffer);
	mac->rx[slot] = next;
	mac->filled[slot] = 0;
	return buffer;
}

static void rx_collect(struct mac *mac)
{
	NetworkBufferDescriptor_t *buffer;

#if ipconfigUSE_LINKED_RX_MESSAGES
	NetworkBufferDescriptor_t *first = NULL, **last = &first;

	while (mac->filled[mac->rx_out % RING])
		if ((buffer = rx_take(mac))) {
			*last = buffer;
			last = &buffer->pxNextBuffer;
		}
	if (first)
		hand_over(first);
#else
	while (mac->filled[mac->rx_out % RING])
		if ((buffer = rx_take(mac)))
			hand_over(buffer);
#endif
}

static void mac_task(void *arg)
{
	struct mac *mac = arg;

	for (;;) {
		ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
		tx_collect(mac);
		rx_collect(mac);
	}
}

static BaseType_t mac_initialise(struct mac *mac)
{
	uint32_t slot, irq = FIRST_IRQ + (uint32_t)(mac - macs);

	if (failures) {
		failures--;
		return pdFAIL;
	}
	initialised++;
	for (slot = 0; slot < RING; slot++)
		if (!mac->rx[slot])
			mac->rx[slot] = pxGetNetworkBufferWithDescriptor(
				BUFFER_BYTES, 0);
	if (!mac->task)
		xTaskCreate(mac_task, "EMAC", configMINIMAL_STACK_SIZE, mac,
			    configMAX_PRIORITIES - 1, &mac->task);
	xPortInstallInterruptHandler(irq, interrupt, mac);
	vPortEnableInterrupt(irq);
	return mac->task && mac->rx[RING - 1] ? pdPASS : pdFAIL;
}

static BaseType_t mac_output(struct mac *mac,
			     NetworkBufferDescriptor_t *buffer,
			     BaseType_t release)
{
	tx_collect(mac);
	if (mac->tx_in - mac->tx_out == RING) {
		if (release)
			vReleaseNetworkBufferAndDescriptor(buffer);
		return pdFAIL;
	}
	if (!release)
		buffer = pxDuplicateNetworkBufferWithDescriptor(
			buffer, buffer->xDataLength);
	if (!buffer)
		return pdFAIL;
	mac->tx[mac->tx_in++ % RING] = buffer;
	return pdPASS;
}

#if ipconfigOLDER_INTERFACE
BaseType_t xNetworkInterfaceInitialise(void)
{
	return mac_initialise(&macs[0]);
}

BaseType_t xNetworkInterfaceOutput(
	NetworkBufferDescriptor_t * const pxNetworkBuffer,
	BaseType_t xReleaseAfterSend)
{
	return mac_output(&macs[0], pxNetworkBuffer, xReleaseAfterSend);
}

BaseType_t xGetPhyLinkStatus(void)
{
	return macs[0].link;
}
#else
static struct mac *mac_of(struct xNetworkInterface *interface)
{
	return &macs[(uintptr_t)interface->pvArgument];
}

static BaseType_t initialise(struct xNetworkInterface *interface)
{
	return mac_initialise(mac_of(interface));
}

static BaseType_t output(struct xNetworkInterface *interface,
			 NetworkBufferDescriptor_t * const buffer,
			 BaseType_t release)
{
	return mac_output(mac_of(interface), buffer, release);
}

static BaseType_t link_status(struct xNetworkInterface *interface)
{
	return mac_of(interface)->link;
}

NetworkInterface_t *pxMac_FillInterfaceDescriptor(BaseType_t xEMACIndex,
						  NetworkInterface_t *pxInterface)
{
	memset(pxInterface, 0, sizeof(*pxInterface));
	pxInterface->pcName = xEMACIndex ? "mac1" : "mac0";
	pxInterface->pvArgument = (void *)xEMACIndex;
	pxInterface->pfInitialise = initialise;
	pxInterface->pfOutput = output;
	pxInterface->pfGetPhyLinkStatus = link_status;
	macs[xEMACIndex].interface = pxInterface;
	return FreeRTOS_AddNetworkInterface(pxInterface);
}
#endif

#if ipconfigDRIVER_OWNS_BUFFERS
#define PLACE_BYTES	(BUFFER_BYTES + 64)

static _Alignas(64) uint8_t
places[ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS][PLACE_BYTES];

#if ipconfigOLDER_INTERFACE
void vNetworkInterfaceAllocateRAMToBuffers(NetworkBufferDescriptor_t
	pxNetworkBuffers[ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS])
#else
size_t uxNetworkInterfaceAllocateRAMToBuffers(NetworkBufferDescriptor_t
	pxNetworkBuffers[ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS])
#endif
{
	for (uint32_t n = 0; n < ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS; n++)
		pxNetworkBuffers[n].pucEthernetBuffer =
			places[n] + ipBUFFER_PADDING;
#if !ipconfigOLDER_INTERFACE
	return BUFFER_BYTES;
#endif
}
#endif

/* ---- What the tests call ---- */

static const uint8_t address[MACS][NET_ADDRESS_LEN] = {
	{ 2, 0, 0, 0, 0, 1 }, { 2, 0, 0, 0, 0, 2 },
};
static const uint8_t some[4] = { 192, 0, 2, 1 };

int model_begin(uint32_t count, uint32_t failing)
{
	memset(macs, 0, sizeof(macs));
	failures = failing;
	macs[0].link = macs[1].link = true;
#if ipconfigOLDER_INTERFACE
	(void)count;
	return FreeRTOS_IPInit(some, some, some, some, address[0]) != pdPASS;
#else
	static NetworkInterface_t interfaces[MACS];
	static NetworkEndPoint_t end_points[MACS];

	for (uint32_t n = 0; n < count; n++) {
		pxMac_FillInterfaceDescriptor((BaseType_t)n, &interfaces[n]);
		FreeRTOS_FillEndPoint(&interfaces[n], &end_points[n], some,
				      some, some, some, address[n]);
	}
	return FreeRTOS_IPInit_Multi() != pdPASS;
#endif
}

void model_interrupt(uint32_t n)
{
	host_raise(FIRST_IRQ + n);
}

void model_link(uint32_t n, _Bool up)
{
	macs[n].link = up;
}

uint32_t model_sent(uint32_t n, uint8_t *data)
{
	memcpy(data, sent[n % SENT_MAX], sent_len[n % SENT_MAX]);
	return sent_len[n % SENT_MAX];
}

/* initialised, lost, refused, events of the pool: free, least */
void model_counts(uint32_t *counts)
{
	counts[0] = initialised;
	counts[1] = macs[0].lost + macs[1].lost;
	counts[2] = refused;
	counts[3] = (uint32_t)uxGetNumberOfFreeNetworkBuffers();
	counts[4] = (uint32_t)uxGetMinimumFreeNetworkBuffers();
}

const void *model_place(void)
{
	return last_place;
}

/* From the driver's side, of what it was never asked for */
int model_down(void)
{
#if ipconfigOLDER_INTERFACE
	FreeRTOS_NetworkDown();
#else
	FreeRTOS_NetworkDown(macs[0].interface);
#endif
	return 0;
}

/* A frame the driver makes itself and asks to be sent, or says it came. */
int model_make(uint32_t event, const uint8_t *data, uint32_t len, uint32_t n)
{
	IPStackEvent_t what = { (eIPEvent_t)event, NULL };
	NetworkBufferDescriptor_t *buffer =
		pxGetNetworkBufferWithDescriptor(len, 0);

	if (!buffer)
		return -1;
	memcpy(buffer->pucEthernetBuffer, data, len);
	buffer->pxInterface = macs[n].interface;
	what.pvData = buffer;
	if (xSendEventStructToIPTask(&what, 0) == pdPASS)
		return 0;
	vReleaseNetworkBufferAndDescriptor(buffer);
	return -2;
}

/* What FreeRTOS+TCP's driver-facing buffers have to do; 0, or the line. */
#define CHECK(what)	do { if (!(what)) return __LINE__; } while (0)

int model_buffers(void)
{
	UBaseType_t before = uxGetNumberOfFreeNetworkBuffers();
	NetworkBufferDescriptor_t *a, *b;
	size_t size = 700;
	uint8_t *raw;

	a = pxGetNetworkBufferWithDescriptor(100, 0);
	CHECK(a && a->xDataLength == 100 && !a->pxInterface);
	CHECK(pxPacketBuffer_to_NetworkBuffer(a->pucEthernetBuffer) == a);
	memset(a->pucEthernetBuffer, 0x5a, 100);
	b = pxDuplicateNetworkBufferWithDescriptor(a, 200);
	CHECK(b && b != a && b->xDataLength == 200
	      && b->pucEthernetBuffer[99] == 0x5a);
	CHECK(pxResizeNetworkBufferWithDescriptor(a, 1514) == a
	      && a->xDataLength == 1514 && a->pucEthernetBuffer[99] == 0x5a);
	CHECK(pxPacketBuffer_to_NetworkBuffer(a->pucEthernetBuffer) == a);
	/* The driver changes the memory of the two ... */
	raw = a->pucEthernetBuffer;
	a->pucEthernetBuffer = b->pucEthernetBuffer;
	b->pucEthernetBuffer = raw;
	vReleaseNetworkBufferAndDescriptor(a);
	CHECK(uxGetNumberOfFreeNetworkBuffers() == before - 1);
	vReleaseNetworkBufferAndDescriptor(a);
	CHECK(uxGetNumberOfFreeNetworkBuffers() == before - 1);
	CHECK(b->pucEthernetBuffer[0] == 0x5a);
	vReleaseNetworkBufferAndDescriptor(b);
	CHECK(uxGetNumberOfFreeNetworkBuffers() == before);
#if !ipconfigDRIVER_OWNS_BUFFERS
	/* ... or puts memory of its own in place of what was there. */
	raw = pucGetNetworkBuffer(&size);
	CHECK(raw && size >= 700);
	a = pxGetNetworkBufferWithDescriptor(64, 0);
	CHECK(a);
	vReleaseNetworkBuffer(a->pucEthernetBuffer);
	a->pucEthernetBuffer = raw;
	CHECK(pxResizeNetworkBufferWithDescriptor(a, 5000) == a
	      && a->xDataLength == 5000);
	memset(a->pucEthernetBuffer, 1, 5000);
	vReleaseNetworkBufferAndDescriptor(a);
	CHECK(!pxGetNetworkBufferWithDescriptor(SIZE_MAX, 0));
#else
	(void)size;
	if (!ipconfigOLDER_INTERFACE)
		CHECK(!pxGetNetworkBufferWithDescriptor(BUFFER_BYTES + 1, 0));
#endif
	CHECK(!pxPacketBuffer_to_NetworkBuffer(NULL));
	CHECK(uxGetNumberOfFreeNetworkBuffers() == before);
	return 0;
}

/* For tasks that wait: take one, or give back the one taken last. */
static NetworkBufferDescriptor_t *held[64];
static uint32_t held_count;

int model_take(uint32_t ticks)
{
	NetworkBufferDescriptor_t *one =
		pxGetNetworkBufferWithDescriptor(60, ticks);

	if (one)
		held[held_count++] = one;
	return one != NULL;
}

int model_give(void)
{
	if (!held_count)
		return 0;
	vReleaseNetworkBufferAndDescriptor(held[--held_count]);
	return 1;
}

uint32_t model_checksum(uint8_t *frame, uint32_t len, _Bool outgoing)
{
	return usGenerateProtocolChecksum(frame, len, outgoing);
}

int model_considers(const uint8_t *frame)
{
	return eConsiderFrameForProcessing(frame);
}

void model_errors(uint32_t n, uint32_t *six)
{
	memcpy(six, &netdev_device(uk_netdev_get(n))->counters,
	       sizeof(struct net_counters));
}
