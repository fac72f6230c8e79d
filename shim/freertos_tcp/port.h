/* SPDX-License-Identifier: BSD-3-Clause */
/* An interface of FreeRTOS+TCP as a device of drivers/net. */
#ifndef FREERTOS_TCP_PORT_H
#define FREERTOS_TCP_PORT_H

#include "FreeRTOS.h"
#include "task.h"
#include "FreeRTOS_IP.h"
#include "FreeRTOS_IP_Private.h"
#include "FreeRTOS_Routing.h"
#include "NetworkBufferManagement.h"
#include "NetworkInterface.h"
#include "net.h"

struct port {
	struct net_device net;
	struct port *next;
	NetworkInterface_t *interface;
	/* The task that received for it last: its buffers are this port's. */
	TaskHandle_t receiver;
	/* For what has to be copied, when the driver has all others. */
	struct net_frame *spare;
	volatile bool started;		/* by the stack */
	volatile bool initialised;	/* its driver is */
	volatile bool down;		/* its driver said so */
	volatile bool starved;		/* no descriptor was left for sending */
	bool attempted;			/* to initialise its driver, ... */
	TickType_t tried;		/* ... when */
};

static inline struct port *port_of(struct net_device *net)
{
	return (struct port *)((uintptr_t)net - offsetof(struct port, net));
}

/* ---- interface.c ---- */

/* The first one; the others are behind it. */
extern struct port *ports;

/* Of an interface, or the first for NULL; NULL when it is not offered. */
struct port *port_find(const NetworkInterface_t *interface);

/* Whose buffers the caller is to get; NULL when none is started. */
struct port *port_of_caller(void);

/* A frame to copy into, or NULL; and to have one for the next time. */
struct net_frame *port_take_spare(struct port *port);
void port_keep_spare(struct port *port);

/* Make a device of @p interface and offer it. */
bool port_attach(NetworkInterface_t *interface);

/* ---- iptask.c ---- */

/* Create the queue and the task, once. */
bool iptask_start(void);

/* A port was started, or went down: look at it. From any context. */
void iptask_look(void);

/* ---- buffers.c ---- */

/* A descriptor with @p frame, to be sent; NULL: none is left. */
NetworkBufferDescriptor_t *buffer_of_frame(struct port *port,
					   struct net_frame *frame);

/*
 * The frame that a received descriptor has or is copied to, for @p port; the
 * descriptor is released. NULL: bad, or no memory; that is counted.
 */
struct net_frame *buffer_to_frame(struct port *port,
				  NetworkBufferDescriptor_t *buffer);

/* There may be what somebody waits for: a descriptor, or memory for one. */
void buffers_changed(void);

#endif /* FREERTOS_TCP_PORT_H */
