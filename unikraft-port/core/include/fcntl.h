/* SPDX-License-Identifier: BSD-3-Clause */
/* Access modes, with the values of Unikraft's (and Linux's) headers. */
#ifndef __FCNTL_H__
#define __FCNTL_H__

#define O_RDONLY	0
#define O_WRONLY	1
#define O_RDWR		2

#endif /* __FCNTL_H__ */
