/* SPDX-License-Identifier: BSD-3-Clause */
/* BSD sockets: lwIP's, or those of the machine that compiles (WEB_ON_HOST). */
#ifndef SOCKETS_H
#define SOCKETS_H

#ifdef WEB_ON_HOST
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#define socket_close(fd)	close(fd)
#define socket_fcntl		fcntl
#else
#include <lwip/sockets.h>
#define socket_close(fd)	lwip_close(fd)
#define socket_fcntl		lwip_fcntl
#endif

#include <errno.h>

/* lwIP has no signals. */
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL	0
#endif

#endif /* SOCKETS_H */
