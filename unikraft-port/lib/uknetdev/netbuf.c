/* SPDX-License-Identifier: BSD-3-Clause */
/* Packet buffers: made, chained, freed. */
#include <uk/netbuf.h>

/* Alignment of descriptors and private data: any type may be in there. */
#define META_ALIGN	sizeof(long long)

void uk_netbuf_init_indir(struct uk_netbuf *m, void *buf, size_t buflen,
			  uint16_t headroom, void *priv,
			  uk_netbuf_dtor_t dtor)
{
	UK_ASSERT(m && headroom <= buflen);
	*m = (struct uk_netbuf){
		.buf = buf,
		.buflen = buflen,
		.data = buf ? (uint8_t *)buf + headroom : NULL,
		.priv = priv,
		.dtor = dtor,
	};
	uk_refcount_init(&m->refcount, 1);
}

static size_t meta_size(size_t privlen)
{
	return ALIGN_UP(sizeof(struct uk_netbuf), META_ALIGN)
	       + ALIGN_UP(privlen, META_ALIGN);
}

/* Descriptor and private data at @p meta, for a buffer elsewhere. */
static struct uk_netbuf *make(void *meta, void *buf, size_t buflen,
			      uint16_t headroom, size_t privlen,
			      uk_netbuf_dtor_t dtor)
{
	struct uk_netbuf *m = meta;
	void *priv = (uint8_t *)meta + ALIGN_UP(sizeof(*m), META_ALIGN);

	uk_netbuf_init_indir(m, buf, buflen, headroom, privlen ? priv : NULL,
			     dtor);
	return m;
}

struct uk_netbuf *uk_netbuf_alloc_indir(struct uk_alloc *a, void *buf,
					size_t buflen, uint16_t headroom,
					size_t privlen, uk_netbuf_dtor_t dtor)
{
	void *mem = uk_malloc(a, meta_size(privlen));
	struct uk_netbuf *m;

	if (!mem)
		return NULL;
	m = make(mem, buf, buflen, headroom, privlen, dtor);
	m->_a = a;
	m->_b = mem;
	return m;
}

struct uk_netbuf *uk_netbuf_prepare_buf(void *mem, size_t size,
					uint16_t headroom, size_t privlen,
					uk_netbuf_dtor_t dtor)
{
	uintptr_t end = ((uintptr_t)mem + size) & ~(META_ALIGN - 1);
	size_t meta = meta_size(privlen);

	UK_ASSERT(mem);
	if (size < meta || end - meta < (uintptr_t)mem + headroom)
		return NULL;
	return make((void *)(end - meta), mem, end - meta - (uintptr_t)mem,
		    headroom, privlen, dtor);
}

struct uk_netbuf *uk_netbuf_alloc_buf(struct uk_alloc *a, size_t buflen,
				      size_t bufalign, uint16_t headroom,
				      size_t privlen, uk_netbuf_dtor_t dtor)
{
	size_t size = ALIGN_UP(buflen, META_ALIGN) + meta_size(privlen);
	void *mem = uk_memalign(a, MAX(bufalign, META_ALIGN), size);
	struct uk_netbuf *m;

	if (!mem)
		return NULL;
	m = uk_netbuf_prepare_buf(mem, size, headroom, privlen, dtor);
	if (!m) {
		uk_free(a, mem);
		return NULL;
	}
	m->_a = a;
	m->_b = mem;
	return m;
}

void uk_netbuf_connect(struct uk_netbuf *headtail, struct uk_netbuf *tail)
{
	UK_ASSERT(headtail && tail && !headtail->next && !tail->prev);
	headtail->next = tail;
	tail->prev = headtail;
}

void uk_netbuf_append(struct uk_netbuf *head, struct uk_netbuf *tail)
{
	UK_ASSERT(head && !head->prev);
	uk_netbuf_connect(uk_netbuf_chain_last(head), tail);
}

struct uk_netbuf *uk_netbuf_disconnect(struct uk_netbuf *m)
{
	struct uk_netbuf *next, *prev;

	UK_ASSERT(m);
	next = m->next;
	prev = m->prev;
	if (next)
		next->prev = prev;
	if (prev)
		prev->next = next;
	m->next = NULL;
	m->prev = NULL;
	return next;
}

void uk_netbuf_free_single(struct uk_netbuf *m)
{
	struct uk_alloc *a;
	void *mem;

	UK_ASSERT(m);
	if (!uk_refcount_release(&m->refcount))
		return;
	uk_netbuf_disconnect(m);
	/* The destructor may give the descriptor to somebody else. */
	a = m->_a;
	mem = m->_b;
	if (m->dtor)
		m->dtor(m);
	if (a && mem)
		uk_free(a, mem);
}

void uk_netbuf_free(struct uk_netbuf *m)
{
	while (m) {
		struct uk_netbuf *next = m->next;

		uk_netbuf_free_single(m);
		m = next;
	}
}
