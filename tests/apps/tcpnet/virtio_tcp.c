/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * virtio-net behind legacy virtio-mmio (VIRTIO 1.2, 4.2.4 and 5.1), written
 * the way drivers of FreeRTOS+TCP are: a task that an interrupt wakes, rings
 * of network buffers, a semaphore of places for sending. No byte is copied.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"
#include "queue.h"
#include "semphr.h"

#include "FreeRTOS_IP.h"
#include "FreeRTOS_IP_Private.h"
#include "FreeRTOS_Routing.h"
#include "NetworkBufferManagement.h"
#include "NetworkInterface.h"

/* For the accesses and the layout of the registers; none of its code. */
#include "virtio_net.h"
#include "virtio_net_regs.h"
#include "virtio_tcp.h"

/* A frame is two descriptors: the header of virtio-net, and itself. */
#define SLOTS		16U
#define QUEUE		(2 * SLOTS)
/* VIRTIO 1.2, 2.7.5 */
#define DESC_NEXT	1U
/* 2.7.2: where a legacy device looks for the used ring */
#define RING_ALIGN	64U
#define PAGE		1024U
#define FRAME_MAX	(ipconfigNETWORK_MTU + ipSIZE_OF_ETH_HEADER)
#define TASK_PRIORITY	(configMAX_PRIORITIES - 3)
#define WAIT_MS		20U

struct ring {
	struct virtq_desc desc[QUEUE];
	struct {
		uint16_t flags, idx, ring[QUEUE], used_event;
	} avail;
	struct {
		uint16_t flags, idx;
		struct virtq_used_elem ring[QUEUE];
	} used __attribute__((aligned(RING_ALIGN)));
} __attribute__((aligned(PAGE)));
_Static_assert(sizeof(struct ring) == PAGE, "one page");

struct queue {
	uint32_t index;
	uint16_t avail, used;
	NetworkBufferDescriptor_t *buffer[SLOTS];
};

static struct ring rings[2];
static uint8_t headers[2][SLOTS][VIRTIO_NET_HDR_LEGACY];
static struct queue rx = { .index = VIRTIO_NET_RX };
static struct queue tx = { .index = VIRTIO_NET_TX };
static volatile struct virtio_mmio_regs *regs;
static uint32_t irq, features;
static TaskHandle_t task;
static SemaphoreHandle_t tx_free, tx_lock;
static struct xNetworkInterface *my_interface;

/* ---- Rings ---- */

static void give(struct queue *queue, uint16_t slot, uint32_t len,
		 uint16_t flags)
{
	struct ring *ring = &rings[queue->index];

	ring->desc[2 * slot] = (struct virtq_desc){
		.addr = (uintptr_t)headers[queue->index][slot],
		.len = VIRTIO_NET_HDR_LEGACY,
		.flags = DESC_NEXT | flags,
		.next = (uint16_t)(2 * slot + 1),
	};
	ring->desc[2 * slot + 1] = (struct virtq_desc){
		.addr = (uintptr_t)queue->buffer[slot]->pucEthernetBuffer,
		.len = len,
		.flags = flags,
	};
	ring->avail.ring[queue->avail % QUEUE] = (uint16_t)(2 * slot);
	mmio_barrier();
	*(volatile uint16_t *)&ring->avail.idx = ++queue->avail;
	mmio_barrier();
	mmio_write32(&regs->queue_notify, queue->index);
}

static bool take(struct queue *queue, uint16_t *slot, uint32_t *len)
{
	struct ring *ring = &rings[queue->index];
	struct virtq_used_elem *done = &ring->used.ring[queue->used % QUEUE];

	if (*(volatile uint16_t *)&ring->used.idx == queue->used)
		return false;
	mmio_barrier();
	*slot = (uint16_t)(done->id / 2 % SLOTS);
	*len = done->len;
	queue->used++;
	return true;
}

static void set_up_queue(struct queue *queue)
{
	mmio_write32(&regs->queue_sel, queue->index);
	mmio_write32(&regs->queue_num, QUEUE);
	mmio_write32(&regs->queue_align, RING_ALIGN);
	mmio_write32(&regs->queue_pfn,
		     (uint32_t)((uintptr_t)&rings[queue->index] / PAGE));
}

/* ---- Frames ---- */

static void rx_one(uint16_t slot, uint32_t len)
{
	NetworkBufferDescriptor_t *buffer = rx.buffer[slot];
	NetworkBufferDescriptor_t *next =
		pxGetNetworkBufferWithDescriptor(FRAME_MAX, 0);
	IPStackEvent_t event = { eNetworkRxEvent, buffer };

	if (!next || len < VIRTIO_NET_HDR_LEGACY + ipSIZE_OF_ETH_HEADER
	    || eConsiderFrameForProcessing(buffer->pucEthernetBuffer)
	       != eProcessBuffer) {
		if (next)
			vReleaseNetworkBufferAndDescriptor(next);
		iptraceETHERNET_RX_EVENT_LOST();
		give(&rx, slot, FRAME_MAX, VIRTQ_DESC_F_WRITE);
		return;
	}
	rx.buffer[slot] = next;
	give(&rx, slot, FRAME_MAX, VIRTQ_DESC_F_WRITE);
	buffer->xDataLength = len - VIRTIO_NET_HDR_LEGACY;
	buffer->pxInterface = my_interface;
	buffer->pxEndPoint = FreeRTOS_MatchingEndpoint(
		my_interface, buffer->pucEthernetBuffer);
	if (xSendEventStructToIPTask(&event, 0) != pdPASS) {
		vReleaseNetworkBufferAndDescriptor(buffer);
		iptraceETHERNET_RX_EVENT_LOST();
	}
}

static void tx_collect(void)
{
	uint16_t slot;
	uint32_t len;

	xSemaphoreTake(tx_lock, portMAX_DELAY);
	while (take(&tx, &slot, &len)) {
		vReleaseNetworkBufferAndDescriptor(tx.buffer[slot]);
		tx.buffer[slot] = NULL;
		xSemaphoreGive(tx_free);
	}
	xSemaphoreGive(tx_lock);
}

static void virtio_task(void *arg)
{
	uint16_t slot;
	uint32_t len;

	(void)arg;
	for (;;) {
		ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
		tx_collect();
		while (take(&rx, &slot, &len))
			rx_one(slot, len);
	}
}

static void interrupt(void *arg)
{
	BaseType_t woken = pdFALSE;

	(void)arg;
	mmio_write32(&regs->interrupt_ack,
		     mmio_read32(&regs->interrupt_status));
	vTaskNotifyGiveFromISR(task, &woken);
	portYIELD_FROM_ISR(woken);
}

static BaseType_t output(struct xNetworkInterface *interface,
			 NetworkBufferDescriptor_t * const buffer,
			 BaseType_t release)
{
	uint16_t slot = 0;

	(void)interface;
	configASSERT(release == pdTRUE);
	tx_collect();
	if (xSemaphoreTake(tx_free, pdMS_TO_TICKS(WAIT_MS)) != pdPASS) {
		vReleaseNetworkBufferAndDescriptor(buffer);
		return pdFAIL;
	}
	xSemaphoreTake(tx_lock, portMAX_DELAY);
	while (tx.buffer[slot])
		slot++;
	tx.buffer[slot] = buffer;
	give(&tx, slot, (uint32_t)buffer->xDataLength, 0);
	xSemaphoreGive(tx_lock);
	iptraceNETWORK_INTERFACE_TRANSMIT();
	return pdPASS;
}

/* ---- Start ---- */

static BaseType_t fill(void)
{
	for (uint16_t slot = 0; slot < SLOTS; slot++) {
		if (rx.buffer[slot])
			continue;
		rx.buffer[slot] = pxGetNetworkBufferWithDescriptor(
			FRAME_MAX, pdMS_TO_TICKS(100));
		if (!rx.buffer[slot])
			return pdFAIL;
		give(&rx, slot, FRAME_MAX, VIRTQ_DESC_F_WRITE);
	}
	return pdPASS;
}

static BaseType_t initialise(struct xNetworkInterface *interface)
{
	uint32_t status = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER;

	(void)interface;
	if (task)
		return fill();
	tx_lock = xSemaphoreCreateMutex();
	tx_free = xSemaphoreCreateCounting(SLOTS, SLOTS);
	if (!regs || !tx_lock || !tx_free)
		return pdFAIL;
	mmio_write32(&regs->status, 0);
	mmio_write32(&regs->status, status);
	mmio_write32(&regs->device_features_sel, 0);
	features = mmio_read32(&regs->device_features)
		   & (VIRTIO_NET_F_MAC | VIRTIO_NET_F_STATUS);
	mmio_write32(&regs->driver_features_sel, 0);
	mmio_write32(&regs->driver_features, features);
	mmio_write32(&regs->guest_page_size, PAGE);
	set_up_queue(&rx);
	set_up_queue(&tx);
	if (xTaskCreate(virtio_task, "virtio", 2 * configMINIMAL_STACK_SIZE,
			NULL, TASK_PRIORITY, &task) != pdPASS)
		return pdFAIL;
	xPortInstallInterruptHandler(irq, interrupt, NULL);
	vPortEnableInterrupt(irq);
	mmio_write32(&regs->status, status | VIRTIO_STATUS_DRIVER_OK);
	return fill();
}

static BaseType_t link_status(struct xNetworkInterface *interface)
{
	(void)interface;
	return !(features & VIRTIO_NET_F_STATUS)
	       || (mmio_read16(&regs->net_status) & VIRTIO_NET_S_LINK_UP);
}

void virtio_tcp_places(uintptr_t base, uint32_t first_irq, uint32_t count)
{
	for (uint32_t n = 0; n < count && !regs; n++) {
		volatile struct virtio_mmio_regs *at =
			(void *)(base + n * VIRTIO_MMIO_STRIDE);

		if (mmio_read32(&at->magic) != VIRTIO_MMIO_MAGIC
		    || mmio_read32(&at->version) != VIRTIO_MMIO_LEGACY
		    || mmio_read32(&at->device_id) != VIRTIO_ID_NET)
			continue;
		regs = at;
		irq = first_irq + n;
	}
}

bool virtio_tcp_address(uint8_t *address)
{
	for (int n = 0; regs && n < 6; n++)
		address[n] = mmio_read8(&regs->mac[n]);
	return regs != NULL;
}

/* ---- Both forms ---- */

#if ipconfigIS_ENABLED(ipconfigOLDER_INTERFACE)
BaseType_t xNetworkInterfaceInitialise(void)
{
	return initialise(NULL);
}

BaseType_t xNetworkInterfaceOutput(
	NetworkBufferDescriptor_t * const pxNetworkBuffer,
	BaseType_t xReleaseAfterSend)
{
	return output(NULL, pxNetworkBuffer, xReleaseAfterSend);
}

BaseType_t xGetPhyLinkStatus(void)
{
	return link_status(NULL);
}
#else
NetworkInterface_t *
pxVirtio_FillInterfaceDescriptor(BaseType_t xEMACIndex,
				 NetworkInterface_t *pxInterface)
{
	memset(pxInterface, 0, sizeof(*pxInterface));
	pxInterface->pcName = "virtio_tcp";
	pxInterface->pvArgument = (void *)xEMACIndex;
	pxInterface->pfInitialise = initialise;
	pxInterface->pfOutput = output;
	pxInterface->pfGetPhyLinkStatus = link_status;
	my_interface = FreeRTOS_AddNetworkInterface(pxInterface);
	return my_interface;
}
#endif

#if ipconfigIS_ENABLED(ipconfigDRIVER_OWNS_BUFFERS)
#define PLACE_BYTES	1600U

static uint8_t
places[ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS][PLACE_BYTES]
	__attribute__((aligned(64)));

static void place(NetworkBufferDescriptor_t *buffers)
{
	for (uint32_t n = 0; n < ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS; n++)
		buffers[n].pucEthernetBuffer = places[n] + ipBUFFER_PADDING;
}

#if ipconfigIS_ENABLED(ipconfigOLDER_INTERFACE)
void vNetworkInterfaceAllocateRAMToBuffers(NetworkBufferDescriptor_t
	pxNetworkBuffers[ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS])
{
	place(pxNetworkBuffers);
}
#else
size_t uxNetworkInterfaceAllocateRAMToBuffers(NetworkBufferDescriptor_t
	pxNetworkBuffers[ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS])
{
	place(pxNetworkBuffers);
	return PLACE_BYTES - ipBUFFER_PADDING;
}
#endif
#endif
