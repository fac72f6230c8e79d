/* SPDX-License-Identifier: BSD-3-Clause */
/* Packet buffers. */
struct uk_netbuf;
typedef void (*uk_netbuf_dtor_t)(struct uk_netbuf *);

struct uk_netbuf {
	struct uk_netbuf *next;
	void *data;
	uint16_t len;
	void *priv;
	void *buf;
	size_t buflen;
	...;
};

void uk_netbuf_init_indir(struct uk_netbuf *m, void *buf, size_t buflen,
			  uint16_t headroom, void *priv,
			  uk_netbuf_dtor_t dtor);
void uk_netbuf_free_single(struct uk_netbuf *m);
size_t uk_netbuf_headroom(struct uk_netbuf *m);
size_t uk_netbuf_tailroom(struct uk_netbuf *m);
