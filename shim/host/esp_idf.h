/* SPDX-License-Identifier: BSD-3-Clause */
/* A driver of ESP-IDF's dialect, for the tests to call. Plain declarations: cffi reads them. */
#ifndef SHIM_HOST_ESP_IDF_H
#define SHIM_HOST_ESP_IDF_H

unsigned int test_esp_locks(uint32_t *masked);
unsigned int test_esp_try_locks(uint32_t *masked);
BaseType_t test_esp_in_isr(void);
void test_esp_assert_task(void);
BaseType_t test_esp_core(TaskHandle_t task);
TaskHandle_t test_esp_current(void);
esp_err_t test_esp_attach(int source, int flags, uint32_t *count);
esp_err_t test_esp_switch(_Bool on);
uint32_t test_esp_event(TickType_t wait);
int test_esp_line(void);
esp_err_t test_esp_detach(void);
void test_esp_count(void *arg);
uint32_t *test_esp_status(void);

#endif /* SHIM_HOST_ESP_IDF_H */
