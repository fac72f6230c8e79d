/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a model of virtio-net behind virtio-mmio, old or new, that
 * may say what no device should. Compiled with MMIO_RECORDED, as the driver.
 */
#include <string.h>
#include <uk_host.h>

#include "FreeRTOS.h"
#include "virtio_net.h"
#include "virtio_net_regs.h"

#define PLACES		4
#define FIRST_IRQ	40
#define TRACE_MAX	1024
#define FRAMES_MAX	256

struct access {
	uint32_t offset;
	uint32_t value;
	uint32_t is_write;
};

struct queue {
	uint32_t num;
	uint32_t pfn;
	uint64_t desc, driver, device;
	uint32_t ready;
	uint16_t seen;		/* of the available ring */
};

static struct {
	uint32_t version, place, present;
	uint32_t features[2], accepted[2];
	uint32_t feature_sel, driver_sel, queue_sel;
	uint32_t page_size, align, num_max;
	uint32_t status, isr, config_link;
	uint32_t refuses;	/* features, although it offered them */
	uint32_t stuck;		/* does not reset */
	struct queue queue[2];
	uint32_t notified[2], raised;
	uint32_t trace_length;
	struct access trace[TRACE_MAX];
	uint32_t sent_count;
	uint32_t sent_len[FRAMES_MAX];
	uint8_t sent[FRAMES_MAX][NET_FRAME_MAX + 64];
} m;

static _Alignas(16) uint8_t stride[PLACES][VIRTIO_MMIO_STRIDE];
struct virtio_net model_net;

/* ---- Rings as the device sees them ---- */

struct avail {
	uint16_t flags, idx, ring[];
};

struct used {
	uint16_t flags, idx;
	struct virtq_used_elem ring[];
};

static struct virtq_desc *desc_of(struct queue *q)
{
	return (struct virtq_desc *)q->desc;
}

static struct avail *avail_of(struct queue *q)
{
	return (struct avail *)q->driver;
}

static struct used *used_of(struct queue *q)
{
	return (struct used *)q->device;
}

/* On the host, memory lies above what a page number holds. */
static void place_legacy(uint32_t index)
{
	struct queue *q = &m.queue[index];
	uint64_t above = (uint64_t)(index ? model_net.tx.ring
					  : model_net.rx.ring);
	uint64_t base = (uint64_t)q->pfn * m.page_size;
	uint64_t end;

	base |= above & ~(((uint64_t)1 << 32) * m.page_size - 1);
	q->desc = base;
	q->driver = base + 16 * q->num;
	end = q->driver + 4 + 2 * q->num + 2;
	q->device = (end + m.align - 1) & ~(uint64_t)(m.align - 1);
	q->ready = q->pfn != 0;
}

static uint32_t by_number(void)
{
	return m.accepted[0] & VIRTIO_F_EVENT_IDX;
}

/* VIRTIO 1.2, 2.7.10: of the frame that it was done with last */
static uint32_t interrupts_wanted(struct queue *q)
{
	const struct avail *avail = avail_of(q);

	if (by_number())
		return used_of(q)->idx == (uint16_t)(avail->ring[q->num] + 1);
	return !(avail->flags & VIRTQ_AVAIL_F_NO_INTERRUPT);
}

/* Having seen all, the device wants to know of the next. */
static void look_again(struct queue *q)
{
	uint16_t *event = (uint16_t *)&used_of(q)->ring[q->num];

	if (by_number())
		*event = q->seen;
}

static void finish(struct queue *q, uint32_t id, uint32_t len)
{
	struct used *used = used_of(q);

	used->ring[used->idx % q->num] = (struct virtq_used_elem){ id, len };
	used->idx++;
	if (!interrupts_wanted(q))
		return;
	m.isr |= VIRTIO_INT_RING;
	m.raised++;
}

static void raise_line(void)
{
	if (m.isr)
		host_raise(FIRST_IRQ + m.place);
}

/* ---- Registers ---- */

static void model_reset_device(void)
{
	if (m.stuck)
		return;
	m.status = 0;
	m.isr = 0;
	memset(m.queue, 0, sizeof(m.queue));
	memset(m.accepted, 0, sizeof(m.accepted));
}

static void write_status(uint32_t value)
{
	if (!value) {
		model_reset_device();
		return;
	}
	if (m.refuses)
		value &= ~VIRTIO_STATUS_FEATURES_OK;
	m.status = value;
}

static void write_queue(uint32_t offset, uint32_t value)
{
	struct queue *q = &m.queue[m.queue_sel & 1];
	uint64_t *half[] = { &q->desc, &q->driver, &q->device };

	if (offset == 0x038)
		q->num = value;
	else if (offset == 0x040) {
		q->pfn = value;
		place_legacy(m.queue_sel & 1);
	} else if (offset == 0x044)
		q->ready = value;
	else if (offset >= 0x080 && offset < 0x0b0)
		*half[(offset - 0x080) / 16] |= (uint64_t)value
						<< (offset & 4 ? 32 : 0);
}

static void write_register(uint32_t offset, uint32_t value)
{
	switch (offset) {
	case 0x014:
		m.feature_sel = value & 1;
		break;
	case 0x020:
		m.accepted[m.driver_sel] = value;
		break;
	case 0x024:
		m.driver_sel = value & 1;
		break;
	case 0x028:
		m.page_size = value;
		break;
	case 0x030:
		m.queue_sel = value;
		break;
	case 0x03c:
		m.align = value;
		break;
	case 0x050:
		m.notified[value & 1]++;
		break;
	case 0x064:
		m.isr &= ~value;
		break;
	case 0x070:
		write_status(value);
		break;
	default:
		write_queue(offset, value);
	}
}

static uint32_t read_register(uint32_t offset)
{
	switch (offset) {
	case 0x000:
		return VIRTIO_MMIO_MAGIC;
	case 0x004:
		return m.version;
	case 0x008:
		return VIRTIO_ID_NET;
	case 0x010:
		return m.features[m.feature_sel];
	case 0x034:
		return m.num_max;
	case 0x060:
		return m.isr;
	case 0x070:
		return m.status;
	default:
		return 0;
	}
}

static uint32_t locate(const volatile void *reg, uint32_t *place)
{
	uintptr_t at = (uintptr_t)reg - (uintptr_t)stride;

	*place = (uint32_t)(at / VIRTIO_MMIO_STRIDE);
	return (uint32_t)(at % VIRTIO_MMIO_STRIDE);
}

static uint32_t note(uint32_t offset, uint32_t value, uint32_t is_write)
{
	if (m.trace_length < TRACE_MAX)
		m.trace[m.trace_length++] =
			(struct access){ offset, value, is_write };
	return value;
}

uint32_t mmio_read32(const volatile uint32_t *reg)
{
	uint32_t place, offset = locate(reg, &place);

	/* VIRTIO 1.2, 4.2.2: an empty place has device number 0 */
	if (place != m.place || !m.present)
		return offset == 0 ? VIRTIO_MMIO_MAGIC
				   : offset == 4 ? m.version : 0;
	return note(offset, read_register(offset), 0);
}

void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	uint32_t place, offset = locate(reg, &place);

	note(offset, value, 1);
	write_register(offset, value);
}

uint16_t mmio_read16(const volatile uint16_t *reg)
{
	uint32_t place, offset = locate(reg, &place);

	return (uint16_t)note(offset, m.config_link, 0);
}

uint8_t mmio_read8(const volatile uint8_t *reg)
{
	uint32_t place, offset = locate(reg, &place);

	return (uint8_t)note(offset, 0x50 + offset - 0x100, 0);
}

void mmio_barrier(void)
{
}

/* ---- For the tests ---- */

void model_begin(uint32_t version, uint32_t place, uint32_t features)
{
	memset(&m, 0, sizeof(m));
	memset(&model_net, 0, sizeof(model_net));
	m.version = version;
	m.place = place;
	m.present = place < PLACES;
	m.features[0] = features;
	m.features[1] = version == VIRTIO_MMIO_MODERN;
	m.num_max = 1024;
	m.page_size = 4096;
	m.config_link = VIRTIO_NET_S_LINK_UP;
	model_net.base = (uintptr_t)stride;
	model_net.irq = FIRST_IRQ;
	model_net.count = PLACES;
}

void model_faults(uint32_t refuses, uint32_t stuck, uint32_t num_max)
{
	m.refuses = refuses;
	m.stuck = stuck;
	m.num_max = num_max;
}

int model_init(void)
{
	return virtio_net_init(&model_net);
}

uint32_t model_trace(struct access *trace)
{
	uint32_t length = m.trace_length;

	memcpy(trace, m.trace, length * sizeof(*trace));
	m.trace_length = 0;
	return length;
}

/* How many frames there is room for. */
uint32_t model_room(void)
{
	struct queue *q = &m.queue[VIRTIO_NET_RX];

	return (uint16_t)(avail_of(q)->idx - q->seen);
}

/* A frame comes; what the device says of it may be wrong. */
_Bool model_receive(const uint8_t *data, uint32_t len, uint32_t wrong_id,
		    int32_t wrong_len)
{
	struct queue *q = &m.queue[VIRTIO_NET_RX];
	uint32_t header = m.version == VIRTIO_MMIO_MODERN ? 12 : 10;
	uint32_t id;

	if (!model_room())
		return 0;
	id = avail_of(q)->ring[q->seen++ % q->num];
	if (desc_of(q)[id].len >= header + len) {
		memset((void *)desc_of(q)[id].addr, 0xee, header);
		memcpy((uint8_t *)desc_of(q)[id].addr + header, data, len);
	}
	look_again(q);
	finish(q, wrong_id ? wrong_id : id,
	       wrong_len >= 0 ? (uint32_t)wrong_len : header + len);
	return 1;
}

/* The device says that it used so many more than it did. */
void model_jump(uint32_t queue, uint32_t by)
{
	struct queue *q = &m.queue[queue];

	used_of(q)->idx = (uint16_t)(used_of(q)->idx + by);
	m.isr |= VIRTIO_INT_RING;
}

void model_interrupt(void)
{
	raise_line();
}

/* Send what waits, @p most frames. */
uint32_t model_transmit(uint32_t most)
{
	struct queue *q = &m.queue[VIRTIO_NET_TX];
	uint32_t n = 0;

	while (n < most && (uint16_t)(avail_of(q)->idx - q->seen)) {
		uint32_t id = avail_of(q)->ring[q->seen++ % q->num];
		struct virtq_desc *desc = &desc_of(q)[id];

		m.sent_len[m.sent_count] = desc->len;
		memcpy(m.sent[m.sent_count++], (void *)desc->addr, desc->len);
		look_again(q);
		finish(q, id, 0);
		n++;
	}
	return n;
}

uint32_t model_sent(uint32_t n, uint8_t *data)
{
	memcpy(data, m.sent[n], m.sent_len[n]);
	return n < m.sent_count ? m.sent_len[n] : 0;
}

void model_link(uint32_t up)
{
	m.config_link = up;
	m.isr |= VIRTIO_INT_CONFIG;
	raise_line();
}

void model_needs_reset(void)
{
	m.status |= VIRTIO_STATUS_NEEDS_RESET;
	m.isr |= VIRTIO_INT_CONFIG;
	raise_line();
}

uint32_t model_notified(uint32_t queue)
{
	return m.notified[queue];
}

/* Times that it interrupted for frames */
uint32_t model_raised(void)
{
	return m.raised;
}

void model_counters(uint32_t *counters)
{
	memcpy(counters, &model_net.net.counters, 6 * sizeof(*counters));
}
