/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Network buffers. A descriptor's memory is, in this order: what the driver
 * gave it for good; a frame of the device that its taker receives for, so
 * that a received frame is a packet of the stack without a copy; memory of
 * the heap, when no such device is started, or it has lent all the frames
 * that a driver may have, or the frame would be too small. A packet that is
 * to be sent is a descriptor's memory for that long.
 */
#include <string.h>

#include "memory.h"
#include "port.h"

#define COUNT	ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS

/* What a descriptor has, beside what drivers see of it; by its number. */
struct holder {
	struct memory memory;
	struct holder *next;	/* in the pool */
	bool free;
};

static NetworkBufferDescriptor_t descriptors[COUNT];
static struct holder holders[COUNT];
static struct holder *pool;
static UBaseType_t free_count, free_least;
static size_t driver_room;	/* for a frame in memory of the driver */
static SemaphoreHandle_t changed;
static volatile UBaseType_t waiting;
static bool is_ready;

const BaseType_t xBufferAllocFixedSize = pdFALSE;

static struct holder *holder_of(const NetworkBufferDescriptor_t *buffer)
{
	size_t at = (uintptr_t)buffer - (uintptr_t)descriptors;

	if (at >= sizeof(descriptors) || at % sizeof(*descriptors))
		return NULL;
	return &holders[at / sizeof(*descriptors)];
}

static NetworkBufferDescriptor_t *buffer_of(const struct holder *holder)
{
	return &descriptors[holder - holders];
}

/* ---- The pool: from any context ---- */

static bool put(struct holder *holder)
{
	UBaseType_t mask = portSET_INTERRUPT_MASK_FROM_ISR();
	bool was_free = holder->free;

	if (!was_free) {
		holder->free = true;
		holder->next = pool;
		pool = holder;
		free_count++;
	}
	portCLEAR_INTERRUPT_MASK_FROM_ISR(mask);
	return !was_free;
}

static struct holder *get(void)
{
	UBaseType_t mask = portSET_INTERRUPT_MASK_FROM_ISR();
	struct holder *holder = pool;

	if (holder) {
		pool = holder->next;
		holder->free = false;
		if (--free_count < free_least)
			free_least = free_count;
	}
	portCLEAR_INTERRUPT_MASK_FROM_ISR(mask);
	return holder;
}

static void let_driver_give_memory(void)
{
#if ipconfigIS_DISABLED(ipconfigDRIVER_OWNS_BUFFERS)
	driver_room = 0;
#elif ipconfigIS_ENABLED(ipconfigOLDER_INTERFACE)
	vNetworkInterfaceAllocateRAMToBuffers(descriptors);
	driver_room = ipTOTAL_ETHERNET_FRAME_SIZE;
#else
	driver_room = uxNetworkInterfaceAllocateRAMToBuffers(descriptors);
	configASSERT(driver_room >= ipconfigNETWORK_MTU + ipSIZE_OF_ETH_HEADER);
#endif
}

BaseType_t xNetworkBuffersInitialise(void)
{
	unsigned int n;

	if (is_ready)
		return pdPASS;
	changed = xSemaphoreCreateBinary();
	if (!changed)
		return pdFAIL;
	let_driver_give_memory();
	for (n = COUNT; n--;) {
		NetworkBufferDescriptor_t *buffer = &descriptors[n];

		vListInitialiseItem(&buffer->xBufferListItem);
		listSET_LIST_ITEM_OWNER(&buffer->xBufferListItem, buffer);
		if (driver_room)
			holders[n].memory = (struct memory){
				.home = MEMORY_DRIVER,
				.start = buffer->pucEthernetBuffer,
				.room = driver_room,
			};
		put(&holders[n]);
	}
	free_least = COUNT;
	is_ready = true;
	return pdPASS;
}

/* True: from an interrupt, a task is to run that has waited. */
static bool tell_waiting(void)
{
	BaseType_t woken = pdFALSE;

	if (!waiting)
		return false;
	if (xPortIsInsideInterrupt())
		xSemaphoreGiveFromISR(changed, &woken);
	else
		xSemaphoreGive(changed);
	return woken;
}

/* Ports that could not send for want of a descriptor may try again. */
static void tell_senders(void)
{
	for (struct port *port = ports; port; port = port->next)
		if (port->starved) {
			port->starved = false;
			port->net.user->send_ready(&port->net);
		}
}

void buffers_changed(void)
{
	if (tell_waiting())
		portYIELD_FROM_ISR(pdTRUE);
}

/* ---- Taking ---- */

static NetworkBufferDescriptor_t *lend(struct holder *holder, size_t size)
{
	NetworkBufferDescriptor_t *buffer = buffer_of(holder);

	buffer->pucEthernetBuffer = holder->memory.start;
	buffer->xDataLength = size;
	buffer->pxInterface = NULL;
	buffer->pxEndPoint = NULL;
#if ipconfigIS_ENABLED(ipconfigUSE_LINKED_RX_MESSAGES)
	buffer->pxNextBuffer = NULL;
#endif
	memcpy(buffer->pucEthernetBuffer - ipBUFFER_PADDING, &buffer,
	       sizeof(buffer));
	return buffer;
}

/* Before V4, drivers did not say how much room there is. */
static bool fits_driver(size_t size)
{
	return size <= driver_room
	       || ipconfigIS_ENABLED(ipconfigOLDER_INTERFACE);
}

/* Without a wait. */
static NetworkBufferDescriptor_t *take(size_t size, bool may_use_heap)
{
	struct holder *holder = get();

	if (!holder)
		return NULL;
	if (driver_room ? fits_driver(size)
			: memory_take(&holder->memory, port_of_caller(), size,
				      may_use_heap))
		return lend(holder, size);
	put(holder);
	return NULL;
}

static void count_waiting(int by)
{
	UBaseType_t mask = portSET_INTERRUPT_MASK_FROM_ISR();

	waiting += (UBaseType_t)by;
	portCLEAR_INTERRUPT_MASK_FROM_ISR(mask);
}

/* Each that is woken and gets one wakes the next, who may get one too. */
static NetworkBufferDescriptor_t *wait_and_take(size_t size, TickType_t ticks)
{
	NetworkBufferDescriptor_t *buffer;
	TimeOut_t since;

	vTaskSetTimeOutState(&since);
	count_waiting(1);
	while (!(buffer = take(size, true))
	       && xTaskCheckForTimeOut(&since, &ticks) == pdFALSE)
		xSemaphoreTake(changed, ticks);
	count_waiting(-1);
	buffers_changed();
	return buffer;
}

NetworkBufferDescriptor_t *
pxGetNetworkBufferWithDescriptor(size_t xRequestedSizeBytes,
				 TickType_t xBlockTimeTicks)
{
	NetworkBufferDescriptor_t *buffer;

	if (xNetworkBuffersInitialise() != pdPASS)
		return NULL;
	buffer = take(xRequestedSizeBytes, true);
	if (!buffer && xBlockTimeTicks)
		buffer = wait_and_take(xRequestedSizeBytes, xBlockTimeTicks);
	if (!buffer) {
		iptraceFAILED_TO_OBTAIN_NETWORK_BUFFER();
	} else {
		iptraceNETWORK_BUFFER_OBTAINED(buffer);
	}
	return buffer;
}

NetworkBufferDescriptor_t *pxNetworkBufferGetFromISR(size_t xRequestedSizeBytes)
{
	NetworkBufferDescriptor_t *buffer = take(xRequestedSizeBytes, false);

	if (!buffer) {
		iptraceFAILED_TO_OBTAIN_NETWORK_BUFFER_FROM_ISR();
	} else {
		iptraceNETWORK_BUFFER_OBTAINED_FROM_ISR(buffer);
	}
	return buffer;
}

/* ---- Giving back ---- */

/*
 * A driver may have changed the memory of two descriptors, or put other
 * memory into one: what each has goes by its memory.
 */
static void settle(struct holder *holder)
{
	uint8_t *start = buffer_of(holder)->pucEthernetBuffer;
	struct holder *other;

	/* Memory without a descriptor could not be found again. */
	configASSERT(start);
	if (memory_has(&holder->memory, start))
		return;
	for (other = holders; other < holders + COUNT; other++)
		if (memory_has(&other->memory, start)) {
			struct memory had = holder->memory;

			holder->memory = other->memory;
			other->memory = had;
			return;
		}
	memory_give(&holder->memory);
	memory_of_heap(&holder->memory, start);
}

static void give_back(struct holder *holder)
{
	NetworkBufferDescriptor_t *buffer = buffer_of(holder);

	memory_give(&holder->memory);
	if (holder->memory.home != MEMORY_DRIVER)
		buffer->pucEthernetBuffer = NULL;
	buffer->xDataLength = 0;
	put(holder);
	iptraceNETWORK_BUFFER_RELEASED(buffer);
}

void vReleaseNetworkBufferAndDescriptor(
	NetworkBufferDescriptor_t * const pxNetworkBuffer)
{
	if (vNetworkBufferReleaseFromISR(pxNetworkBuffer))
		portYIELD_FROM_ISR(pdTRUE);
}

BaseType_t vNetworkBufferReleaseFromISR(
	NetworkBufferDescriptor_t * const pxNetworkBuffer)
{
	struct holder *holder = holder_of(pxNetworkBuffer);

	configASSERT(holder);
	if (holder->free)
		return pdFALSE;
	settle(holder);
	give_back(holder);
	tell_senders();
	return tell_waiting();
}

uint8_t *pucGetNetworkBuffer(size_t *pxRequestedSizeBytes)
{
	struct memory memory = { .home = MEMORY_NONE };

	if (!memory_take(&memory, NULL, *pxRequestedSizeBytes, true))
		return NULL;
	*pxRequestedSizeBytes = memory.room;
	return memory.start;
}

void vReleaseNetworkBuffer(uint8_t *pucEthernetBuffer)
{
	struct memory memory = { .home = MEMORY_NONE };
	struct holder *holder;

	if (!pucEthernetBuffer)
		return;
	for (holder = holders; holder < holders + COUNT; holder++)
		if (memory_has(&holder->memory, pucEthernetBuffer)) {
			memory_give(&holder->memory);
			return;
		}
	memory_of_heap(&memory, pucEthernetBuffer);
	memory_give(&memory);
}

/* ---- Other lengths ---- */

NetworkBufferDescriptor_t *pxDuplicateNetworkBufferWithDescriptor(
	const NetworkBufferDescriptor_t * const pxNetworkBuffer,
	size_t uxNewLength)
{
	NetworkBufferDescriptor_t *buffer;
	size_t len = FreeRTOS_min_size_t(pxNetworkBuffer->xDataLength,
					 uxNewLength);

	buffer = pxGetNetworkBufferWithDescriptor(uxNewLength, 0);
	if (!buffer)
		return NULL;
	memcpy(buffer->pucEthernetBuffer, pxNetworkBuffer->pucEthernetBuffer,
	       len);
	buffer->xIPAddress = pxNetworkBuffer->xIPAddress;
	buffer->usPort = pxNetworkBuffer->usPort;
	buffer->usBoundPort = pxNetworkBuffer->usBoundPort;
	buffer->pxInterface = pxNetworkBuffer->pxInterface;
	buffer->pxEndPoint = pxNetworkBuffer->pxEndPoint;
	return buffer;
}

NetworkBufferDescriptor_t *pxResizeNetworkBufferWithDescriptor(
	NetworkBufferDescriptor_t *pxNetworkBuffer, size_t xNewSizeBytes)
{
	struct holder *holder = holder_of(pxNetworkBuffer);
	struct memory memory = { .home = MEMORY_NONE };

	configASSERT(holder && !holder->free);
	settle(holder);
	if (xNewSizeBytes > holder->memory.room) {
		if (driver_room
		    || !memory_take(&memory, NULL, xNewSizeBytes, true))
			return NULL;
		memcpy(memory.start, pxNetworkBuffer->pucEthernetBuffer,
		       pxNetworkBuffer->xDataLength);
		memory_give(&holder->memory);
		holder->memory = memory;
		pxNetworkBuffer->pucEthernetBuffer = memory.start;
		memcpy(memory.start - ipBUFFER_PADDING, &pxNetworkBuffer,
		       sizeof(pxNetworkBuffer));
	}
	pxNetworkBuffer->xDataLength = xNewSizeBytes;
	return pxNetworkBuffer;
}

/* ---- What is known of them ---- */

UBaseType_t uxGetNumberOfFreeNetworkBuffers(void)
{
	return free_count;
}

UBaseType_t uxGetMinimumFreeNetworkBuffers(void)
{
	return free_least;
}

NetworkBufferDescriptor_t *pxPacketBuffer_to_NetworkBuffer(const void *pvBuffer)
{
	const NetworkBufferDescriptor_t *buffer;
	struct holder *holder;

	if (!pvBuffer)
		return NULL;
	memcpy(&buffer, (const uint8_t *)pvBuffer - ipBUFFER_PADDING,
	       sizeof(buffer));
	holder = holder_of(buffer);
	return holder && !holder->free ? buffer_of(holder) : NULL;
}

#if ipconfigIS_ENABLED(ipconfigTCP_IP_SANITY)
UBaseType_t bIsValidNetworkDescriptor(const NetworkBufferDescriptor_t *pxDesc)
{
	struct holder *holder = holder_of(pxDesc);

	return holder ? (UBaseType_t)(holder - holders) + 1 : 0;
}

BaseType_t prvIsFreeBuffer(const NetworkBufferDescriptor_t *pxDescr)
{
	struct holder *holder = holder_of(pxDescr);

	return holder && holder->free;
}
#endif

#if ipconfigIS_ENABLED(ipconfigHAS_PRINTF)
void vPrintResourceStats(void)
{
	FreeRTOS_printf(("Network buffers: %u free, least %u, of %u\n",
			 (unsigned int)free_count, (unsigned int)free_least,
			 (unsigned int)COUNT));
}
#endif

/* ---- From and to frames ---- */

NetworkBufferDescriptor_t *buffer_of_frame(struct port *port,
					   struct net_frame *frame)
{
	struct holder *holder = get();
	NetworkBufferDescriptor_t *buffer;

	if (!holder) {
		port->starved = true;
		return NULL;
	}
	if (driver_room)
		memcpy(holder->memory.start, frame->data, frame->len);
	else
		memory_of_frame(&holder->memory, port, frame);
	buffer = lend(holder, frame->len);
	if (driver_room)
		port->net.user->frame_give(&port->net, frame);
	return buffer;
}

static struct net_frame *copied(struct port *port,
				const NetworkBufferDescriptor_t *buffer)
{
	struct net_frame *frame = port_take_spare(port);

	if (!frame) {
		port->net.counters.rx_dropped++;
		return NULL;
	}
	memcpy(frame->data, buffer->pucEthernetBuffer, buffer->xDataLength);
	return frame;
}

struct net_frame *buffer_to_frame(struct port *port,
				  NetworkBufferDescriptor_t *buffer)
{
	struct holder *holder = holder_of(buffer);
	struct net_frame *frame = NULL;

	configASSERT(holder && !holder->free);
	settle(holder);
	if (buffer->xDataLength < NET_HEADER_LEN
	    || buffer->xDataLength > NET_FRAME_MAX
	    || !memory_spans(&holder->memory, buffer->pucEthernetBuffer,
			     buffer->xDataLength))
		port->net.counters.rx_errors++;
	else if (memory_is_frame_for(&holder->memory, port))
		frame = memory_detach(&holder->memory,
				      buffer->pucEthernetBuffer);
	else
		frame = copied(port, buffer);
	if (frame)
		frame->len = (uint16_t)buffer->xDataLength;
	give_back(holder);
	tell_senders();
	return frame;
}
