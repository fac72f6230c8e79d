/* SPDX-License-Identifier: BSD-3-Clause */
/* Cache maintenance, which a board would bring: only declared, for no image. */
#include <stddef.h>

void data_clean(const void *start, size_t size);
void data_invalidate(const void *start, size_t size);
void data_clean_and_invalidate(const void *start, size_t size);
