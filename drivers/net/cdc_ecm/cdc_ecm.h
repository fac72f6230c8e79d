/* SPDX-License-Identifier: BSD-3-Clause */
/* USB Ethernet adapters (CDC-ECM) as network devices. */
#ifndef CDC_ECM_H
#define CDC_ECM_H

#include "FreeRTOS.h"

#include "cdc_ecm_descriptors.h"
#include "net.h"
#include "usb.h"

/* Adapters that are remembered; one that comes back is the same one */
#define CDC_ECM_ADAPTERS	2U

/* Frames that wait for the wire, the one on it included */
#define CDC_ECM_SENDING_MAX	8U

struct cdc_ecm {
	struct net_device net;
	struct cdc_ecm_function function;
	bool known;		/* to the network, by net_attach() */
	bool started;
	bool promiscuous;
	bool filter_is_old;
	volatile uint8_t device;	/* on the bus; 0: not there */

	/* Sending: the first frame is with the controller. */
	struct net_frame *first;
	struct net_frame *last;
	uint32_t waiting;
	bool padded;		/* the packet of no bytes is on its way */
	bool told_busy;
	uint32_t polls;		/* since the first frame was sent */

	/* Receiving: one frame is with the controller. */
	struct net_frame *receiving;
	bool posted;
	volatile uint16_t held;	/* bytes in it, while there is no other */
	volatile bool handing_over;
};

/* Add the driver to the USB host; usb_host_drivers() calls it. USB_*. */
int cdc_ecm_init(void);

/* ---- Between the files of this driver ---- */

extern struct cdc_ecm cdc_ecm_adapters[CDC_ECM_ADAPTERS];

/* What TinyUSB asks at enumeration: cdc_ecm_setup.c */
bool cdc_ecm_open(uint8_t rhport, uint8_t device,
		  const tusb_desc_interface_t *interface, uint16_t len);
bool cdc_ecm_set_config(uint8_t device, uint8_t interface);
/* The device is gone, also when it was never ready. */
void cdc_ecm_forget(uint8_t device);
/* Tell the device which frames it shall receive; may be put off. */
void cdc_ecm_set_filter(struct cdc_ecm *ecm);

/* Where frames go and come from: cdc_ecm.c */
/* A device has been set up; its endpoints are open. */
void cdc_ecm_arrived(const struct cdc_ecm_function *function,
		     const uint8_t address[NET_ADDRESS_LEN], uint8_t device);

#endif /* CDC_ECM_H */
