/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * virtio-net behind virtio-mmio: Virtual I/O Device (VIRTIO) Version 1.2,
 * 4.2 and 5.1, and its legacy interface, which is what QEMU's machine has.
 *
 * A frame is one descriptor: the header of virtio-net lies before it, in the
 * room that each buffer has there. A device that reports what cannot be is
 * reset and set up anew; nothing it writes is used before it is checked.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "virtio_net_setup.h"

/* Frames that may wait for being taken back without an interrupt: few. */
#define TX_QUIET	8U

static inline struct virtio_net *virtio_of(struct net_device *net)
{
	return (struct virtio_net *)((uintptr_t)net
				     - offsetof(struct virtio_net, net));
}

/* ---- Rings ---- */

/* Fields that the device writes, or reads while we write them */
static inline uint16_t ring_read(const uint16_t *field)
{
	return *(const volatile uint16_t *)field;
}

static inline void ring_write(uint16_t *field, uint16_t value)
{
	*(volatile uint16_t *)field = value;
}

/* 2.7.10: whether the step from @p before to @p now leads past @p event */
static inline bool is_past(uint16_t event, uint16_t now, uint16_t before)
{
	return (uint16_t)(now - event - 1) < (uint16_t)(now - before);
}

/* Be told when the device has done more than @p done; look afterwards. */
static void queue_tell(struct virtio_net *dev, struct virtio_net_queue *queue,
		       uint16_t done)
{
	if (virtio_net_has(dev, VIRTIO_F_EVENT_IDX))
		ring_write(&queue->ring->avail.used_event, done);
	else
		ring_write(&queue->ring->avail.flags, 0);
	mmio_barrier();
}

/* Not be told. By number there is nothing to do: it is told of once. */
static void queue_quiet(struct virtio_net *dev, struct virtio_net_queue *queue)
{
	if (!(virtio_net_has(dev, VIRTIO_F_EVENT_IDX)))
		ring_write(&queue->ring->avail.flags,
			   VIRTQ_AVAIL_F_NO_INTERRUPT);
}

/* Give a frame and its header to the device; there is a free descriptor. */
static void queue_add(struct virtio_net *dev, struct virtio_net_queue *queue,
		      struct net_frame *frame, uint32_t len, uint16_t flags)
{
	struct virtio_net_ring *ring = queue->ring;
	uint16_t id = queue->free[--queue->free_count];

	queue->frame[id] = frame;
	ring->desc[id].addr = (uintptr_t)frame->data - dev->header_len;
	ring->desc[id].len = dev->header_len + len;
	ring->desc[id].flags = flags;
	ring->avail.ring[queue->avail % queue->size] = id;
	mmio_barrier();
	ring_write(&ring->avail.idx, ++queue->avail);
}

/* The device is told of what was added, if it wants to know. */
static void queue_notify(struct virtio_net *dev, struct virtio_net_queue *queue)
{
	uint16_t before = queue->announced;
	bool wanted;

	if (before == queue->avail)
		return;
	queue->announced = queue->avail;
	mmio_barrier();
	if (virtio_net_has(dev, VIRTIO_F_EVENT_IDX))
		wanted = is_past(ring_read(&queue->ring->used.avail_event),
				 queue->avail, before);
	else
		wanted = !(ring_read(&queue->ring->used.flags)
			   & VIRTQ_USED_F_NO_NOTIFY);
	if (wanted)
		mmio_write32(&regs_of(dev)->queue_notify, queue->index);
}

enum taken { TAKEN_NONE, TAKEN_ONE, TAKEN_NONSENSE };

/*
 * Take back a frame that the device is done with. More than it was given,
 * one that it was not given: nonsense, as it is from a broken device.
 */
static enum taken queue_take(struct virtio_net_queue *queue,
			     struct net_frame **frame, uint32_t *len)
{
	const struct virtq_used_elem *elem;
	uint16_t done = (uint16_t)(ring_read(&queue->ring->used.idx)
				   - queue->used);
	uint32_t id;

	if (!done)
		return TAKEN_NONE;
	if (done > queue->size - queue->free_count)
		return TAKEN_NONSENSE;
	mmio_barrier();
	elem = &queue->ring->used.ring[queue->used % queue->size];
	id = *(const volatile uint32_t *)&elem->id;
	*len = *(const volatile uint32_t *)&elem->len;
	if (id >= queue->size || !queue->frame[id])
		return TAKEN_NONSENSE;
	*frame = queue->frame[id];
	queue->frame[id] = NULL;
	queue->free[queue->free_count++] = (uint8_t)id;
	queue->used++;
	return TAKEN_ONE;
}

static void look_at_link(struct virtio_net *dev)
{
	bool up = true;

	if (virtio_net_has(dev, VIRTIO_NET_F_STATUS))
		up = mmio_read16(&regs_of(dev)->net_status)
		     & VIRTIO_NET_S_LINK_UP;
	up = up && dev->running;
	if (up == dev->net.link_up)
		return;
	dev->net.link_up = up;
	dev->net.user->link_changed(&dev->net, up);
}

/* ---- Frames; with interrupts masked, or in the interrupt ---- */

static void rx_add(struct virtio_net *dev, struct net_frame *frame)
{
	queue_add(dev, &dev->rx, frame, frame->size, VIRTQ_DESC_F_WRITE);
}

/* First the spare one: without it nothing can be handed over. */
static void rx_fill(struct virtio_net *dev)
{
	if (!dev->spare)
		dev->spare = dev->net.user->frame_take(&dev->net);
	while (dev->rx.free_count) {
		struct net_frame *frame = dev->net.user->frame_take(&dev->net);

		if (!frame)
			break;
		rx_add(dev, frame);
	}
	queue_notify(dev, &dev->rx);
}

/* A good frame goes up, and the spare one takes its place. */
static void rx_frame(struct virtio_net *dev, struct net_frame *frame,
		     uint32_t len)
{
	uint32_t header = dev->header_len;

	if (len < header + NET_HEADER_LEN || len > header + NET_FRAME_MAX) {
		dev->net.counters.rx_errors++;
		rx_add(dev, frame);
		return;
	}
	rx_add(dev, dev->spare);
	dev->spare = NULL;
	frame->len = (uint16_t)(len - header);
	dev->net.counters.rx_frames++;
	dev->net.user->received(&dev->net, frame);
}

/*
 * False: the device says what cannot be. Without a spare frame the others
 * stay in the ring: then the device waits, and loses nothing.
 */
static bool rx_collect(struct virtio_net *dev)
{
	enum taken taken = TAKEN_NONE;
	struct net_frame *frame;
	uint32_t len;
	uint16_t n;

	for (n = 0; n < dev->rx.size; n++) {
		if (!dev->spare)
			dev->spare = dev->net.user->frame_take(&dev->net);
		if (!dev->spare)
			break;
		taken = queue_take(&dev->rx, &frame, &len);
		if (taken != TAKEN_ONE)
			break;
		rx_frame(dev, frame, len);
	}
	queue_notify(dev, &dev->rx);
	return taken != TAKEN_NONSENSE;
}

/*
 * What came; from the first on, more is fetched and not told of. Whoever
 * takes a frame says so: the device tells of the one it was asked for only.
 */
static bool rx_look(struct virtio_net *dev)
{
	uint16_t before = dev->rx.used;

	if (!rx_collect(dev))
		return false;
	if (dev->rx.used == before)
		return true;
	dev->rx_quiet = true;
	queue_quiet(dev, &dev->rx);
	return true;
}

static bool rx_begin(struct virtio_net *dev)
{
	return dev->rx_quiet || rx_look(dev);
}

/* What came since; with nothing, the next is told of. */
static bool rx_more(struct virtio_net *dev)
{
	uint16_t before = dev->rx.used;

	if (!rx_look(dev))
		return false;
	if (!dev->rx_quiet || dev->rx.used != before)
		return true;
	dev->rx_quiet = false;
	queue_tell(dev, &dev->rx, before);
	/* What came before the device saw that is not told of. */
	return rx_begin(dev);
}

static bool tx_collect(struct virtio_net *dev)
{
	struct net_frame *frame;
	enum taken taken;
	uint32_t len;

	while ((taken = queue_take(&dev->tx, &frame, &len)) == TAKEN_ONE)
		dev->net.user->frame_give(&dev->net, frame);
	return taken == TAKEN_NONE;
}

/* Have frames back soon, if they are many, without one interrupt for each. */
static bool tx_settle(struct virtio_net *dev)
{
	struct virtio_net_queue *tx = &dev->tx;

	if (tx->free_count + TX_QUIET >= tx->size) {
		queue_quiet(dev, tx);
		return true;
	}
	queue_tell(dev, tx, (uint16_t)(tx->avail - TX_QUIET - 1));
	return tx_collect(dev);
}

static void give_queue(struct virtio_net *dev, struct virtio_net_queue *queue)
{
	uint16_t id;

	for (id = 0; id < queue->size; id++) {
		if (queue->frame[id])
			dev->net.user->frame_give(&dev->net, queue->frame[id]);
		queue->frame[id] = NULL;
	}
}

static void give_all(struct virtio_net *dev)
{
	give_queue(dev, &dev->rx);
	give_queue(dev, &dev->tx);
	if (dev->spare)
		dev->net.user->frame_give(&dev->net, dev->spare);
	dev->spare = NULL;
	dev->rx_quiet = false;
}

/* After a reset, nothing of the device's reaches these frames any more. */
static void recover(struct virtio_net *dev)
{
	dev->net.counters.resets++;
	dev->running = !virtio_net_reset(dev);
	give_all(dev);
	if (dev->running)
		dev->running = !virtio_net_set_up(dev);
	if (dev->running)
		rx_fill(dev);
	look_at_link(dev);
	dev->net.user->send_ready(&dev->net);
}

static void virtio_net_interrupt(void *arg)
{
	struct virtio_net *dev = arg;
	bool was_full = !dev->tx.free_count;
	uint32_t why = mmio_read32(&regs_of(dev)->interrupt_status);

	mmio_write32(&regs_of(dev)->interrupt_ack, why);
	if (!dev->running)
		return;
	if (!rx_begin(dev) || !tx_collect(dev)) {
		recover(dev);
		return;
	}
	if (was_full && dev->tx.free_count)
		dev->net.user->send_ready(&dev->net);
	if (!(why & VIRTIO_INT_CONFIG))
		return;
	if (mmio_read32(&regs_of(dev)->status) & VIRTIO_STATUS_NEEDS_RESET)
		recover(dev);
	else
		look_at_link(dev);
}

/* ---- What net.h asks for ---- */

static int virtio_net_start(struct net_device *net)
{
	struct virtio_net *dev = virtio_of(net);

	taskENTER_CRITICAL();
	dev->running = true;
	rx_fill(dev);
	look_at_link(dev);
	taskEXIT_CRITICAL();
	return NET_OK;
}

static void virtio_net_stop(struct net_device *net)
{
	struct virtio_net *dev = virtio_of(net);

	taskENTER_CRITICAL();
	dev->running = false;
	virtio_net_reset(dev);
	give_all(dev);
	virtio_net_set_up(dev);
	look_at_link(dev);
	taskEXIT_CRITICAL();
}

/* With interrupts masked. The frame goes out with flush(). */
static int send(struct virtio_net *dev, struct net_frame *frame)
{
	struct virtio_net_queue *tx = &dev->tx;

	if (!tx_collect(dev)) {
		recover(dev);
		return NET_ERR_DOWN;
	}
	if (!tx->free_count) {
		queue_notify(dev, tx);
		return NET_ERR_BUSY;
	}
	memset(frame->data - dev->header_len, 0, dev->header_len);
	queue_add(dev, tx, frame, frame->len, 0);
	dev->net.counters.tx_frames++;
	if (!tx_settle(dev))
		recover(dev);	/* and the frame is given back */
	return NET_OK;
}

static int virtio_net_send(struct net_device *net, struct net_frame *frame)
{
	struct virtio_net *dev = virtio_of(net);
	int rc;

	if (frame->len < NET_HEADER_LEN || frame->len > NET_FRAME_MAX)
		return NET_ERR_LENGTH;
	taskENTER_CRITICAL();
	rc = dev->running && net->link_up ? send(dev, frame) : NET_ERR_DOWN;
	if (rc == NET_ERR_DOWN)
		net->counters.tx_errors++;
	taskEXIT_CRITICAL();
	return rc;
}

static void virtio_net_flush(struct net_device *net)
{
	struct virtio_net *dev = virtio_of(net);

	taskENTER_CRITICAL();
	if (dev->running)
		queue_notify(dev, &dev->tx);
	taskEXIT_CRITICAL();
}

static void virtio_net_receive_ready(struct net_device *net)
{
	struct virtio_net *dev = virtio_of(net);

	taskENTER_CRITICAL();
	if (dev->running && !rx_look(dev))
		recover(dev);
	taskEXIT_CRITICAL();
}

static void virtio_net_receive_more(struct net_device *net)
{
	struct virtio_net *dev = virtio_of(net);

	taskENTER_CRITICAL();
	if (dev->running && !rx_more(dev))
		recover(dev);
	taskEXIT_CRITICAL();
}

static const struct net_ops virtio_net_ops = {
	.start = virtio_net_start,
	.stop = virtio_net_stop,
	.send = virtio_net_send,
	.flush = virtio_net_flush,
	.receive_ready = virtio_net_receive_ready,
	.receive_more = virtio_net_receive_more,
};

/* ---- Its beginning ---- */

/* Nothing is running yet, so that an interrupt finds nothing to do. */
static int offer(struct virtio_net *dev, uint32_t place)
{
	uint32_t irq = dev->irq + place;

	virtio_net_read_address(dev, place);
	dev->net.name = "virtio_net";
	dev->net.ops = &virtio_net_ops;
	if (xPortInstallInterruptHandler(irq, virtio_net_interrupt, dev)
	    != pdPASS)
		return NET_ERR_NO_DEVICE;
	vPortEnableInterrupt(irq);
	return net_attach(&dev->net);
}

int virtio_net_init(struct virtio_net *dev)
{
	uint32_t place;
	int rc;

	if (dev->irq == DRIVER_IRQ_NONE)
		return NET_ERR_NO_DEVICE;
	rc = virtio_net_find(dev, &place);
	if (!rc)
		rc = virtio_net_make_rings(dev);
	if (rc)
		return rc;
	rc = virtio_net_set_up(dev);
	if (!rc)
		rc = offer(dev, place);
	if (rc) {
		virtio_net_reset(dev);
		vPortFree(dev->ring_memory);
	}
	return rc;
}
