# As `berth tables create` makes them; whichever comes first, the other finds nothing to do.
locals {
  # Indexes carry keys, status, owner and expiry alone: they find candidates, a consistent read decides.
  reservation_indexes = {
    UserIndex          = { partition = "user_id", sort = "created_at", others = ["status", "owner", "expires_at"] }
    StatusIndex        = { partition = "status", sort = "created_at", others = ["owner", "expires_at"] }
    StatusGpuTypeIndex = { partition = "status", sort = "gpu_type", others = ["owner", "expires_at"] }
    WorkIndex          = { partition = "work", sort = "work_order", others = ["status", "owner", "expires_at"] }
    ExpiryIndex        = { partition = "expires_key", sort = "expires_at", others = ["status", "owner"] }
  }

  simple_tables = {
    users = "user_id"
    fleet = "fleet_row"
  }

  paired_tables = {
    disks    = { partition = "user_id", sort = "disk_name" }
    capacity = { partition = "gpu_type", sort = "node" }
  }
}

resource "aws_dynamodb_table" "reservations" {
  name                        = "${var.prefix}-reservations"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "reservation_id"
  deletion_protection_enabled = true

  dynamic "attribute" {
    for_each = toset(["reservation_id", "user_id", "created_at", "status", "gpu_type", "work", "work_order", "expires_key", "expires_at"])
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = local.reservation_indexes
    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.partition
      range_key          = global_secondary_index.value.sort
      projection_type    = "INCLUDE"
      non_key_attributes = global_secondary_index.value.others
    }
  }

  ttl {
    attribute_name = "purge_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table" "workers" {
  name         = "${var.prefix}-workers"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "worker_id"

  attribute {
    name = "worker_id"
    type = "S"
  }

  ttl {
    attribute_name = "purge_at"
    enabled        = true
  }
}

resource "aws_dynamodb_table" "cleanups" {
  name                        = "${var.prefix}-volume-cleanups"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "volume_id"
  deletion_protection_enabled = true

  dynamic "attribute" {
    for_each = toset(["volume_id", "open", "due_at"])
    content {
      name = attribute.value
      type = "S"
    }
  }

  global_secondary_index {
    name            = "DueIndex"
    hash_key        = "open"
    range_key       = "due_at"
    projection_type = "KEYS_ONLY"
  }

  ttl {
    attribute_name = "purge_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table" "paired" {
  for_each                    = local.paired_tables
  name                        = "${var.prefix}-${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.partition
  range_key                   = each.value.sort
  deletion_protection_enabled = true

  dynamic "attribute" {
    for_each = toset([each.value.partition, each.value.sort])
    content {
      name = attribute.value
      type = "S"
    }
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table" "simple" {
  for_each                    = local.simple_tables
  name                        = "${var.prefix}-${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value
  deletion_protection_enabled = true

  attribute {
    name = each.value
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}
