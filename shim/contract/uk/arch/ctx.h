/* SPDX-License-Identifier: BSD-3-Clause */
/* Stacks and FP state. */
struct ukarch_ectx;
__sz ukarch_ectx_size(void);
__sz ukarch_ectx_align(void);
void ukarch_ectx_init(struct ukarch_ectx *state);
#define ukarch_gen_sp(...)
