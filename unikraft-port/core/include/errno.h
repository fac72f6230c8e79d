/* SPDX-License-Identifier: BSD-3-Clause */
/* Error numbers, with the values of Unikraft's (and Linux's) headers. */
#ifndef __ERRNO_H__
#define __ERRNO_H__

#define EPERM		1
#define ENOENT		2
#define EIO		5
#define ENXIO		6
#define E2BIG		7
#define EAGAIN		11
#define ENOMEM		12
#define EACCES		13
#define EFAULT		14
#define EBUSY		16
#define EEXIST		17
#define ENODEV		19
#define EINVAL		22
#define ENOSPC		28
#define EROFS		30
#define ERANGE		34
#define ENOSYS		38
#define ETIME		62
#define EILSEQ		84
#define ENOTSUP		95
#define ETIMEDOUT	110
#define ESTALE		116
#define EREMOTEIO	121
#define ENOMEDIUM	123

extern int errno;

#endif /* __ERRNO_H__ */
