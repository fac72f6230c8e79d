/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests to block devices, as in Unikraft 0.17. */
#ifndef __UK_BLKREQ_H__
#define __UK_BLKREQ_H__

#include <uk/arch/types.h>
#include <uk/atomic.h>

typedef __sz __sector;

enum uk_blkreq_state {
	UK_BLKREQ_FINISHED = 0,
	UK_BLKREQ_UNFINISHED
};

enum uk_blkreq_op {
	UK_BLKREQ_READ = 0,
	UK_BLKREQ_WRITE = 1,
	UK_BLKREQ_FFLUSH = 4	/* what was written before is on the medium */
};

struct uk_blkreq;

/* Called when the answer to a request has been taken from its queue. */
typedef void (*uk_blkreq_event_t)(struct uk_blkreq *req, void *cb_cookie);

struct uk_blkreq {
	/* What is asked for */
	enum uk_blkreq_op operation;
	__sector start_sector;
	__sector nb_sectors;
	void *aio_buf;
	uk_blkreq_event_t cb;	/* or NULL */
	void *cb_cookie;
	/* What became of it */
	__atomic state;		/* enum uk_blkreq_state */
	int result;		/* 0, or a negative error number */
};

static inline void uk_blkreq_init(struct uk_blkreq *req,
				  enum uk_blkreq_op op, __sector start,
				  __sector nb_sectors, void *aio_buf,
				  uk_blkreq_event_t cb, void *cb_cookie)
{
	req->operation = op;
	req->start_sector = start;
	req->nb_sectors = nb_sectors;
	req->aio_buf = aio_buf;
	req->cb = cb;
	req->cb_cookie = cb_cookie;
	uk_store_n(&req->state.counter, UK_BLKREQ_UNFINISHED);
}

#define uk_blkreq_is_done(req) \
	(uk_load_n(&(req)->state.counter) == UK_BLKREQ_FINISHED)

#endif /* __UK_BLKREQ_H__ */
