# As `berth topics create` makes them. Nothing is compacted: each message is a request or an event of its own.
locals {
  topics = {
    "reservations.requests" = { partitions = 48, retention_hours = 168 }
    "reservations.commands" = { partitions = 12, retention_hours = 168 }
    "reservations.events"   = { partitions = 12, retention_hours = 168 }
    "volumes.orphaned"      = { partitions = 12, retention_hours = 168 }
    "berth.dead"            = { partitions = 3, retention_hours = 672 }
  }
}

resource "kafka_topic" "berth" {
  for_each           = local.topics
  name               = each.key
  partitions         = each.value.partitions
  replication_factor = 3

  config = {
    "cleanup.policy"      = "delete"
    "retention.ms"        = each.value.retention_hours * 3600 * 1000
    "min.insync.replicas" = 2
    "max.message.bytes"   = 1048576
  }
}
