/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The task that does what may take its time: it initialises drivers until
 * they are, asks them for their links, and sends what drivers ask it to.
 */
#include <string.h>

#include "port.h"

/* Between two attempts to initialise a driver, as FreeRTOS+TCP has it */
#define RETRY_MS	3000U

QueueHandle_t xNetworkEventQueue;
static TaskHandle_t task;
static UBaseType_t least_room;

/* ---- Links ---- */

static void tell_application(NetworkEndPoint_t *end_point, bool up)
{
	eIPCallbackEvent_t event = up ? eNetworkUp : eNetworkDown;

#if ipconfigIS_DISABLED(ipconfigUSE_NETWORK_EVENT_HOOK)
	(void)end_point;
	(void)event;
#elif ipconfigIS_ENABLED(ipconfigIPv4_BACKWARD_COMPATIBLE)
	(void)end_point;
	vApplicationIPNetworkEventHook(event);
#else
	vApplicationIPNetworkEventHook_Multi(event, end_point);
#endif
}

static void set_link(struct port *port, bool up)
{
	NetworkInterface_t *interface = port->interface;
	NetworkEndPoint_t *at = NULL;

	if (up == port->net.link_up)
		return;
	port->net.user->link_changed(&port->net, up);
	while ((at = FreeRTOS_NextEndPoint(interface, at))) {
		at->bits.bEndPointUp = up;
		tell_application(at, up);
	}
}

static bool has_link(struct port *port)
{
	NetworkInterface_t *interface = port->interface;

	return port->started && port->initialised
	       && (!interface->pfGetPhyLinkStatus
		   || interface->pfGetPhyLinkStatus(interface) != pdFALSE);
}

/* ---- Initialisation ---- */

/* RFC 4291, 2.7.1 and RFC 2464, 7: who has an IPv6 address is in these. */
static void let_neighbours_in(NetworkInterface_t *interface,
			      const uint8_t *address)
{
	uint8_t group[NET_ADDRESS_LEN] = { 0x33, 0x33, 0, 0, 0, 1 };

	if (!interface->pfAddAllowedMAC)
		return;
	interface->pfAddAllowedMAC(interface, group);
	group[2] = 0xff;
	memcpy(group + 3, address + 3, 3);
	interface->pfAddAllowedMAC(interface, group);
}

static void initialise(struct port *port)
{
	NetworkInterface_t *interface = port->interface;

	/* What the driver takes now is to be filled by this device. */
	port->receiver = xTaskGetCurrentTaskHandle();
	port->attempted = true;
	port->tried = xTaskGetTickCount();
	port->initialised = interface->pfInitialise(interface) == pdPASS;
	port->receiver = NULL;
	interface->bits.bInterfaceUp = port->initialised;
	if (!port->initialised)
		return;
	/* Some drivers know it only now. */
	if (interface->pxEndPoint)
		memcpy(port->net.address,
		       interface->pxEndPoint->xMACAddress.ucBytes,
		       NET_ADDRESS_LEN);
	let_neighbours_in(interface, port->net.address);
}

static void look_at(struct port *port)
{
	if (port->down) {
		port->down = false;
		port->initialised = false;
		port->interface->bits.bInterfaceUp = 0;
		set_link(port, false);
		iptraceNETWORK_DOWN();
		port->attempted = false;
	}
	if (port->started && !port->initialised
	    && (!port->attempted
		|| xTaskGetTickCount() - port->tried
		   >= pdMS_TO_TICKS(RETRY_MS)))
		initialise(port);
	set_link(port, has_link(port));
}

/* ---- The task ---- */

static void obey(const IPStackEvent_t *event)
{
	NetworkBufferDescriptor_t *buffer = event->pvData;
	struct port *port;

	iptraceNETWORK_EVENT_RECEIVED(event->eEventType);
	switch (event->eEventType) {
	case eNetworkTxEvent:
		port = port_find(buffer->pxInterface);
		if (port && port->initialised)
			port->interface->pfOutput(port->interface, buffer,
						  pdTRUE);
		else
			vReleaseNetworkBufferAndDescriptor(buffer);
		break;
	case eNetworkRxEvent:
		/* From a driver that knows the queue. */
		if (xSendEventStructToIPTask(event, 0) != pdPASS)
			vReleaseNetworkBufferAndDescriptor(buffer);
		break;
	case eNetworkDownEvent:
		xSendEventStructToIPTask(event, 0);
		break;
	default:
		break;
	}
}

static void iptask(void *arg)
{
	IPStackEvent_t event;

	(void)arg;
	for (;;) {
		if (xQueueReceive(xNetworkEventQueue, &event,
				  pdMS_TO_TICKS(ipconfigLINK_POLL_TIME_MS))) {
			UBaseType_t room =
				uxQueueSpacesAvailable(xNetworkEventQueue);

			if (room < least_room)
				least_room = room;
			obey(&event);
			/* Events first: links may take long to look at. */
			if (uxQueueMessagesWaiting(xNetworkEventQueue))
				continue;
		}
		for (struct port *port = ports; port; port = port->next)
			look_at(port);
	}
}

bool iptask_start(void)
{
	if (task)
		return true;
	least_room = ipconfigEVENT_QUEUE_LENGTH;
	if (!xNetworkEventQueue)
		xNetworkEventQueue = xQueueCreate(ipconfigEVENT_QUEUE_LENGTH,
						  sizeof(IPStackEvent_t));
	return xNetworkEventQueue
	       && xTaskCreate(iptask, "IP-task",
			      ipconfigIP_TASK_STACK_SIZE_WORDS, NULL,
			      ipconfigIP_TASK_PRIORITY, &task) == pdPASS;
}

void iptask_look(void)
{
	const IPStackEvent_t event = { eNoEvent, NULL };
	BaseType_t woken = pdFALSE;

	/* A full queue has the task run as well. */
	if (!xNetworkEventQueue)
		return;
	if (!xPortIsInsideInterrupt()) {
		xQueueSendToBack(xNetworkEventQueue, &event, 0);
		return;
	}
	xQueueSendToBackFromISR(xNetworkEventQueue, &event, &woken);
	portYIELD_FROM_ISR(woken);
}

/* ---- What may be asked ---- */

TaskHandle_t FreeRTOS_GetIPTaskHandle(void)
{
	return task;
}

BaseType_t xIsCallingFromIPTask(void)
{
	return task && xTaskGetCurrentTaskHandle() == task;
}

BaseType_t xIPIsNetworkTaskReady(void)
{
	return task != NULL;
}

UBaseType_t uxGetMinimumIPQueueSpace(void)
{
	return least_room;
}

BaseType_t xIsNetworkDownEventPending(void)
{
	struct port *port = ports;

	while (port && !port->down)
		port = port->next;
	return port != NULL;
}

BaseType_t FreeRTOS_IsNetworkUp(void)
{
	struct port *port = ports;

	while (port && port->net.link_up)
		port = port->next;
	return ports && !port;
}
