/* SPDX-License-Identifier: BSD-3-Clause */
/* One table of cases a file; each ends with END_OF_CASES. */
#ifndef __GROUPS_H__
#define __GROUPS_H__

#include "conformance.h"

extern const struct conformance_case wrap_cases[];
extern const struct conformance_case start_cases[];
extern const struct conformance_case task_cases[];
extern const struct conformance_case delay_cases[];
extern const struct conformance_case timeout_cases[];
extern const struct conformance_case scheduler_cases[];
extern const struct conformance_case interrupt_cases[];
extern const struct conformance_case notify_cases[];
extern const struct conformance_case queue_cases[];
extern const struct conformance_case semaphore_cases[];
extern const struct conformance_case mutex_cases[];
extern const struct conformance_case recursive_cases[];
extern const struct conformance_case set_cases[];
extern const struct conformance_case timer_cases[];
extern const struct conformance_case event_cases[];
extern const struct conformance_case stream_cases[];
extern const struct conformance_case message_cases[];
extern const struct conformance_case list_cases[];
extern const struct conformance_case info_cases[];
extern const struct conformance_case deleted_cases[];
extern const struct conformance_case memory_cases[];
extern const struct conformance_case fp_cases[];
extern const struct conformance_case mixed_cases[];

#endif /* __GROUPS_H__ */
