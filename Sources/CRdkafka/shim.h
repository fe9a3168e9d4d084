#ifndef BERTH_CRDKAFKA_SHIM_H
#define BERTH_CRDKAFKA_SHIM_H
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <sys/eventfd.h>
#endif
