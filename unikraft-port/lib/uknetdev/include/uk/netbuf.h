/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packet buffers: a descriptor, the buffer that it describes, and room for
 * private data of whoever uses it. Packets in pieces are chains.
 *
 *   buf            data           data + len        buf + buflen
 *    |  headroom    |    packet    |    tailroom     |
 */
#ifndef __UK_NETBUF__
#define __UK_NETBUF__

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/refcount.h>

struct uk_netbuf;

typedef void (*uk_netbuf_dtor_t)(struct uk_netbuf *);

/* flags: the checksums are known to be right */
#define UK_NETBUF_F_DATA_VALID_BIT	0
#define UK_NETBUF_F_DATA_VALID		(1 << UK_NETBUF_F_DATA_VALID_BIT)
/* flags: the device completes a checksum, see csum_start */
#define UK_NETBUF_F_PARTIAL_CSUM_BIT	1
#define UK_NETBUF_F_PARTIAL_CSUM	(1 << UK_NETBUF_F_PARTIAL_CSUM_BIT)
/* flags: the device cuts it into TCP segments, see gso_size */
#define UK_NETBUF_F_GSO_TCPV4_BIT	2
#define UK_NETBUF_F_GSO_TCPV4		(1 << UK_NETBUF_F_GSO_TCPV4_BIT)

struct uk_netbuf {
	struct uk_netbuf *next;
	struct uk_netbuf *prev;
	uint8_t flags;
	void *data;
	uint16_t len;
	__atomic refcount;
	void *priv;
	void *buf;
	size_t buflen;
	uint16_t csum_start;	/* from `data` on: the first byte summed */
	uint16_t csum_offset;	/* from there on: where the sum goes */
	uint16_t header_len;	/* bytes that each segment begins with */
	uint16_t gso_size;	/* bytes of a segment behind them */
	uk_netbuf_dtor_t dtor;
	struct uk_alloc *_a;	/* what to free when nobody holds it: _b */
	void *_b;
};

#define UK_NETBUF_CHAIN_FOREACH(var, head) \
	for ((var) = (head); (var) != NULL; (var) = (var)->next)
#define UK_NETBUF_CHAIN_FOREACH_R(var, tail) \
	for ((var) = (tail); (var) != NULL; (var) = (var)->prev)

#define uk_netbuf_init(m, priv, dtor) \
	uk_netbuf_init_indir((m), NULL, 0, 0, (priv), (dtor))
#define uk_netbuf_alloc(a, privlen, dtor) \
	uk_netbuf_alloc_indir((a), NULL, 0, 0, (privlen), (dtor))

/* Memory of the caller's: nothing is freed in the end, `dtor` is called. */
void uk_netbuf_init_indir(struct uk_netbuf *m, void *buf, size_t buflen,
			  uint16_t headroom, void *priv,
			  uk_netbuf_dtor_t dtor);

/* Descriptor and private data from @p a, the buffer is the caller's. */
struct uk_netbuf *uk_netbuf_alloc_indir(struct uk_alloc *a, void *buf,
					size_t buflen, uint16_t headroom,
					size_t privlen, uk_netbuf_dtor_t dtor);

/* All three from @p a; the buffer is aligned to @p bufalign. */
struct uk_netbuf *uk_netbuf_alloc_buf(struct uk_alloc *a, size_t buflen,
				      size_t bufalign, uint16_t headroom,
				      size_t privlen, uk_netbuf_dtor_t dtor);

/* All three in @p size bytes at @p mem; NULL if they do not fit. */
struct uk_netbuf *uk_netbuf_prepare_buf(void *mem, size_t size,
					uint16_t headroom, size_t privlen,
					uk_netbuf_dtor_t dtor);

#define uk_netbuf_chain_last(m) ({				\
	struct uk_netbuf *__last = (m);				\
								\
	while (__last && __last->next)				\
		__last = __last->next;				\
	__last;							\
})
#define uk_netbuf_chain_first(m) ({				\
	struct uk_netbuf *__first = (m);			\
								\
	while (__first && __first->prev)			\
		__first = __first->prev;			\
	__first;						\
})

/* The chain of @p tail behind @p headtail, which is the last of its own. */
void uk_netbuf_connect(struct uk_netbuf *headtail, struct uk_netbuf *tail);

/* The chain of @p tail behind the whole chain of @p head. */
void uk_netbuf_append(struct uk_netbuf *head, struct uk_netbuf *tail);

/* Take @p m out of its chain; what was behind it there, or NULL. */
struct uk_netbuf *uk_netbuf_disconnect(struct uk_netbuf *m);

/* Let go of a chain, or of one element; the last one to do so frees it. */
void uk_netbuf_free(struct uk_netbuf *m);
void uk_netbuf_free_single(struct uk_netbuf *m);

static inline void *uk_netbuf_get_priv(struct uk_netbuf *m)
{
	UK_ASSERT(m);
	return m->priv;
}

static inline struct uk_netbuf *uk_netbuf_ref_single(struct uk_netbuf *m)
{
	UK_ASSERT(m);
	uk_refcount_acquire(&m->refcount);
	return m;
}

/* Hold @p m and all that is behind it. */
static inline struct uk_netbuf *uk_netbuf_ref(struct uk_netbuf *m)
{
	struct uk_netbuf *each;

	UK_NETBUF_CHAIN_FOREACH(each, m)
		uk_netbuf_ref_single(each);
	return m;
}

static inline uint32_t uk_netbuf_refcount_single_get(struct uk_netbuf *m)
{
	UK_ASSERT(m);
	return uk_refcount_read(&m->refcount);
}

static inline size_t uk_netbuf_headroom(struct uk_netbuf *m)
{
	UK_ASSERT(m && m->buf && m->data);
	return (size_t)((uintptr_t)m->data - (uintptr_t)m->buf);
}

static inline size_t uk_netbuf_tailroom(struct uk_netbuf *m)
{
	UK_ASSERT(m && m->buf && m->data);
	return m->buflen - uk_netbuf_headroom(m) - m->len;
}

/*
 * Let the packet begin @p len bytes earlier, or -len bytes later. 1 when it
 * does, -ENOSPC when the buffer or the packet ends, -EFAULT beyond 64 KiB.
 */
static inline int uk_netbuf_header(struct uk_netbuf *head, int16_t len)
{
	UK_ASSERT(head && head->buf && head->data && !head->prev);
	if (len > 0 ? (size_t)len > uk_netbuf_headroom(head)
		    : -len > head->len)
		return -ENOSPC;
	if ((int32_t)head->len + len > UINT16_MAX)
		return -EFAULT;
	head->data = (uint8_t *)head->data - len;
	head->len = (uint16_t)(head->len + len);
	if (!(head->flags & UK_NETBUF_F_PARTIAL_CSUM))
		return 1;
	if (head->csum_start + len < 0)
		head->flags &= (uint8_t)~UK_NETBUF_F_PARTIAL_CSUM;
	else
		head->csum_start = (uint16_t)(head->csum_start + len);
	return 1;
}

#endif /* __UK_NETBUF__ */
