/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS tasks, notifications and scheduler control. */
#ifndef INC_TASK_H
#define INC_TASK_H

#ifndef INC_FREERTOS_H
#error "include FreeRTOS.h before task.h"
#endif

/* The version whose API is offered */
#define tskKERNEL_VERSION_NUMBER	"V11.3.0"
#define tskKERNEL_VERSION_MAJOR		11
#define tskKERNEL_VERSION_MINOR		3
#define tskKERNEL_VERSION_BUILD		0

#define tskIDLE_PRIORITY		((UBaseType_t)0U)
#define tskNO_AFFINITY			((UBaseType_t)-1)
#define tskDEFAULT_INDEX_TO_NOTIFY	(0)

#define taskSCHEDULER_SUSPENDED		((BaseType_t)0)
#define taskSCHEDULER_NOT_STARTED	((BaseType_t)1)
#define taskSCHEDULER_RUNNING		((BaseType_t)2)

#include "freertos_task_api.h"
#include "freertos_notify_api.h"
#include "freertos_esp_task_api.h"

#endif /* INC_TASK_H */
