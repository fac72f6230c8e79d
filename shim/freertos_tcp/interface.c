/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interfaces as devices of drivers/net, which the bridge makes network
 * devices of Unikraft.
 */
#include <string.h>

#include "port.h"

struct port *ports;

struct port *port_find(const NetworkInterface_t *interface)
{
	struct port *port = ports;

	while (port && interface && port->interface != interface)
		port = port->next;
	return port;
}

struct port *port_of_caller(void)
{
	TaskHandle_t task = xPortIsInsideInterrupt()
			    ? NULL : xTaskGetCurrentTaskHandle();
	struct port *first = NULL;
	struct port *port;

	for (port = ports; port; port = port->next) {
		if (!port->started)
			continue;
		if (task && port->receiver == task)
			return port;
		if (!first)
			first = port;
	}
	return first;
}

static struct net_frame *exchange_spare(struct port *port,
					struct net_frame *frame)
{
	UBaseType_t mask = portSET_INTERRUPT_MASK_FROM_ISR();
	struct net_frame *had = port->spare;

	port->spare = frame;
	portCLEAR_INTERRUPT_MASK_FROM_ISR(mask);
	return had;
}

struct net_frame *port_take_spare(struct port *port)
{
	struct net_frame *frame = exchange_spare(port, NULL);

	return frame ? frame : port->net.user->frame_take(&port->net);
}

void port_keep_spare(struct port *port)
{
	struct net_frame *frame;

	if (port->spare)
		return;
	frame = port->net.user->frame_take(&port->net);
	if (frame)
		frame = exchange_spare(port, frame);
	if (frame)
		port->net.user->frame_give(&port->net, frame);
}

/* ---- What the device's user calls ---- */

/* Its driver is initialised by the task, for that may take seconds. */
static int start(struct net_device *net)
{
	port_keep_spare(port_of(net));
	port_of(net)->attempted = false;
	port_of(net)->started = true;
	iptask_look();
	return NET_OK;
}

/* Nothing goes up any more. Buffers that the driver has, it keeps. */
static void stop(struct net_device *net)
{
	struct net_frame *frame = exchange_spare(port_of(net), NULL);

	port_of(net)->started = false;
	if (frame)
		net->user->frame_give(net, frame);
	iptask_look();
}

static int send(struct net_device *net, struct net_frame *frame)
{
	struct port *port = port_of(net);
	NetworkInterface_t *interface = port->interface;
	NetworkBufferDescriptor_t *buffer;

	if (frame->len < NET_HEADER_LEN || frame->len > NET_FRAME_MAX)
		return NET_ERR_LENGTH;
	if (!port->started || !port->initialised || !net->link_up) {
		net->counters.tx_errors++;
		return NET_ERR_DOWN;
	}
	buffer = buffer_of_frame(port, frame);
	if (!buffer)
		return NET_ERR_BUSY;
	buffer->pxInterface = interface;
	buffer->pxEndPoint = interface->pxEndPoint;
	if (interface->pfOutput(interface, buffer, pdTRUE) == pdFAIL)
		net->counters.tx_errors++;
	else
		net->counters.tx_frames++;
	return NET_OK;
}

static void receive_ready(struct net_device *net)
{
	(void)net;
	buffers_changed();
}

static const struct net_ops port_ops = {
	.start = start,
	.stop = stop,
	.send = send,
	.receive_ready = receive_ready,
};

/* In the list before it is offered: a stack may start it at once. */
static struct port *port_make(NetworkInterface_t *interface)
{
	struct port *port, **last = &ports;

	while (*last && (*last)->interface != interface)
		last = &(*last)->next;
	if (*last)
		return *last;
	port = pvPortMalloc(sizeof(*port));
	if (!port)
		return NULL;
	memset(port, 0, sizeof(*port));
	port->interface = interface;
	port->net.name = interface->pcName ? interface->pcName : "freertos_tcp";
	port->net.ops = &port_ops;
	if (interface->pxEndPoint)
		memcpy(port->net.address,
		       interface->pxEndPoint->xMACAddress.ucBytes,
		       NET_ADDRESS_LEN);
	*last = port;
	return port;
}

bool port_attach(NetworkInterface_t *interface)
{
	struct port *port = port_make(interface);

	return port && (port->net.user || net_attach(&port->net) == NET_OK);
}

/* ---- What drivers call ---- */

static void receive_one(NetworkBufferDescriptor_t *buffer, struct port *port)
{
	struct net_frame *frame = buffer_to_frame(port, buffer);

	if (frame) {
		port->net.counters.rx_frames++;
		port->net.user->received(&port->net, frame);
	}
	port_keep_spare(port);
	buffers_changed();
}

static BaseType_t receive(NetworkBufferDescriptor_t *buffer)
{
	struct port *port = buffer ? port_find(buffer->pxInterface) : NULL;

	if (!port || !port->started)
		return pdFAIL;
	if (!xPortIsInsideInterrupt())
		port->receiver = xTaskGetCurrentTaskHandle();
#if ipconfigIS_ENABLED(ipconfigUSE_LINKED_RX_MESSAGES)
	while (buffer->pxNextBuffer) {
		NetworkBufferDescriptor_t *next = buffer->pxNextBuffer;

		buffer->pxNextBuffer = NULL;
		receive_one(buffer, port);
		buffer = next;
	}
#endif
	receive_one(buffer, port);
	return pdPASS;
}

static BaseType_t post(const IPStackEvent_t *event, TickType_t timeout)
{
	if (!xNetworkEventQueue)
		return pdFAIL;
	if (xPortIsInsideInterrupt())
		return xQueueSendToBackFromISR(xNetworkEventQueue, event, NULL);
	/* The task cannot wait for itself. */
	if (xIsCallingFromIPTask())
		timeout = 0;
	return xQueueSendToBack(xNetworkEventQueue, event, timeout);
}

BaseType_t xSendEventStructToIPTask(const IPStackEvent_t *pxEvent,
				    TickType_t uxTimeout)
{
	switch (pxEvent->eEventType) {
	case eNetworkRxEvent:
		return receive(pxEvent->pvData);
	case eNetworkTxEvent:
		return post(pxEvent, uxTimeout);
	case eNetworkDownEvent: {
		struct port *port = port_find(pxEvent->pvData);

		if (!port)
			return pdFAIL;
		port->down = true;
		iptask_look();
		return pdPASS;
	}
	default:
		return pdFAIL;
	}
}

BaseType_t xSendEventToIPTask(eIPEvent_t eEvent)
{
	const IPStackEvent_t event = { eEvent, NULL };

	return xSendEventStructToIPTask(&event, 0);
}

#if ipconfigIS_ENABLED(ipconfigOLDER_INTERFACE)
void FreeRTOS_NetworkDown(void)
{
	xSendEventToIPTask(eNetworkDownEvent);
}

BaseType_t FreeRTOS_NetworkDownFromISR(void)
{
	xSendEventToIPTask(eNetworkDownEvent);
	return pdFALSE;
}
#else
void FreeRTOS_NetworkDown(struct xNetworkInterface *pxNetworkInterface)
{
	const IPStackEvent_t event = { eNetworkDownEvent, pxNetworkInterface };

	xSendEventStructToIPTask(&event, 0);
}

BaseType_t FreeRTOS_NetworkDownFromISR(
	struct xNetworkInterface *pxNetworkInterface)
{
	FreeRTOS_NetworkDown(pxNetworkInterface);
	return pdFALSE;
}
#endif

void vReturnEthernetFrame(NetworkBufferDescriptor_t *pxNetworkBuffer,
			  BaseType_t xReleaseAfterSend)
{
	struct port *port = port_find(pxNetworkBuffer->pxInterface);
	EthernetHeader_t *header = (void *)pxNetworkBuffer->pucEthernetBuffer;

	if (!port) {
		if (xReleaseAfterSend)
			vReleaseNetworkBufferAndDescriptor(pxNetworkBuffer);
		return;
	}
	header->xDestinationAddress = header->xSourceAddress;
	memcpy(&header->xSourceAddress, port->net.address, NET_ADDRESS_LEN);
	port->interface->pfOutput(port->interface, pxNetworkBuffer,
				  xReleaseAfterSend);
}
