/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory. */
struct uk_alloc;
struct uk_alloc *uk_alloc_get_default(void);
void *uk_malloc(struct uk_alloc *a, __sz size);
void uk_free(struct uk_alloc *a, void *ptr);
__ssz uk_alloc_availmem(struct uk_alloc *a);
__ssz uk_alloc_maxalloc(struct uk_alloc *a);
int uk_alloc_addmem(struct uk_alloc *a, void *base, __sz size);
