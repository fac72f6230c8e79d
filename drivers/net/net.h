/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Network devices: what a driver of one offers, and what it is offered.
 *
 * Frames are Ethernet frames (IEEE 802.3) without preamble and FCS. They
 * live in buffers of whoever uses the device, so that no byte is copied
 * between a driver that moves them by DMA and a network stack.
 */
#ifndef DRIVERS_NET_H
#define DRIVERS_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NET_ADDRESS_LEN		6U
#define NET_HEADER_LEN		14U
/* IEEE 802.3-2018, 3.1.1 and 3.2.8: with a header, without FCS */
#define NET_FRAME_MIN		60U
#define NET_FRAME_MAX		1514U
/* A buffer: `data` is aligned so, and has so much room before and behind */
#define NET_BUFFER_ALIGN	64U
#define NET_BUFFER_HEADROOM	64U
#define NET_BUFFER_SIZE		2048U

#define NET_OK			0
#define NET_ERR_BUSY		(-1)	/* no room now; send_ready() tells */
#define NET_ERR_DOWN		(-2)	/* not started, or no link */
#define NET_ERR_LENGTH		(-3)	/* shorter or longer than a frame */
#define NET_ERR_NO_DEVICE	(-4)	/* nothing answers there */
#define NET_ERR_TIMEOUT		(-5)	/* it answers, but not in time */
#define NET_ERR_MEMORY		(-6)
#define NET_ERR_ADDRESS		(-7)	/* nobody says which address it has */

/* Whether one station may have it: IEEE 802.3-2018, 3.2.3; and not 0 */
static inline bool net_address_is_valid(const uint8_t *a)
{
	return !(a[0] & 1) && (a[0] | a[1] | a[2] | a[3] | a[4] | a[5]);
}

/* A buffer with a frame in it, or none yet. */
struct net_frame {
	struct net_frame *next;	/* for whoever has it */
	uint8_t *data;
	uint16_t len;		/* bytes of the frame */
	uint16_t size;		/* bytes from `data` on that may be written */
};

struct net_device;

/* What a driver does. Tasks call these; they may block for a short time. */
struct net_ops {
	/* Begin to send and receive; the link may come up later. NET_* */
	int (*start)(struct net_device *dev);
	/* All frames have been given back when it returns. */
	void (*stop)(struct net_device *dev);
	/*
	 * Send a frame. NET_OK: the frame is the driver's until frame_give().
	 * Any error: it is still the caller's. Does not wait for the wire, and
	 * with flush() may wait for that.
	 */
	int (*send)(struct net_device *dev, struct net_frame *frame);
	/*
	 * What was sent goes out now: for devices that are told of frames, and
	 * it costs as much to tell of many as of one. NULL: they go at once.
	 */
	void (*flush)(struct net_device *dev);
	/* Receive frames to any address, or end that; NULL: cannot. */
	int (*promiscuous)(struct net_device *dev, bool on);
	/*
	 * After frame_take() gave NULL: there are empty frames again. NULL: the
	 * driver does not wait for them, see there.
	 */
	void (*receive_ready)(struct net_device *dev);
	/*
	 * The user has taken all that was received: hand over what came since.
	 * From received() until this finds nothing, no interrupt tells of
	 * more. NULL: each frame is told of by itself.
	 */
	void (*receive_more)(struct net_device *dev);
};

/* What a driver calls, from a task or from an interrupt. */
struct net_user {
	/*
	 * An empty frame to receive into, or NULL when none is left, or the
	 * driver has its share. A driver hands a frame over when it has got
	 * another for its place, which it takes before it gives the device
	 * all it can; without another it receives into the same again
	 * (rx_dropped), or lets the device wait for receive_ready().
	 */
	struct net_frame *(*frame_take)(struct net_device *dev);
	/*
	 * Give back a frame that was sent, or was not used: soon after it was
	 * sent, save a few, also when nothing more is to be sent.
	 */
	void (*frame_give)(struct net_device *dev, struct net_frame *frame);
	/* Hand over a frame that was received; it is the user's now. */
	void (*received)(struct net_device *dev, struct net_frame *frame);
	/* After NET_ERR_BUSY: there is room again. */
	void (*send_ready)(struct net_device *dev);
	void (*link_changed)(struct net_device *dev, bool up);
};

/* What went wrong since the start; a driver counts, anyone reads. */
struct net_counters {
	uint32_t rx_frames, tx_frames;
	uint32_t rx_dropped;	/* no buffer was left */
	uint32_t rx_errors;	/* the device or the frame was bad */
	uint32_t tx_errors;
	uint32_t resets;	/* of the device, by the driver */
};

/* First member of a network driver's own structure. */
struct net_device {
	/* Set by the driver before net_attach() */
	const char *name;
	const struct net_ops *ops;
	uint8_t address[NET_ADDRESS_LEN];

	/* Set by net_attach() */
	const struct net_user *user;
	void *user_data;

	volatile bool link_up;
	struct net_counters counters;
};

/*
 * Offer a device to the network, when it is known to be there; from a task.
 * NET_OK, or NET_ERR_MEMORY. The device is then started by who uses it, and
 * stays attached for good: one that goes away (USB) loses its link, and the
 * driver has to use the same structure when it comes back.
 */
int net_attach(struct net_device *dev);

/* What an error is called in a message. */
static inline const char *net_error_text(int error)
{
	switch (error) {
	case NET_OK:
		return "no error";
	case NET_ERR_BUSY:
		return "no room now";
	case NET_ERR_DOWN:
		return "not started, or no link";
	case NET_ERR_LENGTH:
		return "shorter or longer than a frame";
	case NET_ERR_NO_DEVICE:
		return "nothing answers there";
	case NET_ERR_TIMEOUT:
		return "it answers, but not in time";
	case NET_ERR_MEMORY:
		return "no memory";
	default:
		return "unknown error";
	}
}

#endif /* DRIVERS_NET_H */
