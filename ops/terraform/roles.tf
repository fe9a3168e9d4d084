# Three roles, and one to set up. What each may do is the table in the design: a worker can neither delete nor
# snapshot a volume, and the janitor only what bears the fleet's tag.
data "aws_caller_identity" "this" {}

locals {
  account = data.aws_caller_identity.this.account_id
  tables  = "arn:aws:dynamodb:${var.region}:${local.account}:table/${var.prefix}"
  topic   = "arn:aws:kafka:${var.region}:${local.account}:topic/${var.msk_cluster_name}/${var.msk_cluster_uuid}"
  group   = "arn:aws:kafka:${var.region}:${local.account}:group/${var.msk_cluster_name}/${var.msk_cluster_uuid}"
  ec2     = "arn:aws:ec2:${var.region}:${local.account}"

  every_table = [for name in ["reservations", "disks", "workers", "capacity", "volume-cleanups", "users", "fleet"] : "${local.tables}-${name}"]
  # The deletion budget is in `fleet`, which a worker reads alone.
  worker_tables = [for name in ["reservations", "disks", "workers", "capacity", "users"] : "${local.tables}-${name}"]
}

data "aws_iam_policy_document" "trust" {
  for_each = toset(["berth-worker", "berth-janitor", "berth-setup"])

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [var.oidc_provider_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${var.oidc_issuer}:sub"
      values   = ["system:serviceaccount:${var.namespace}:${each.key}"]
    }
    condition {
      test     = "StringEquals"
      variable = "${var.oidc_issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "berth" {
  for_each           = data.aws_iam_policy_document.trust
  name               = each.key
  assume_role_policy = each.value.json
}

data "aws_iam_policy_document" "worker" {
  statement {
    sid       = "State"
    actions   = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem", "dynamodb:DescribeTable"]
    resources = concat(local.worker_tables, [for table in local.worker_tables : "${table}/index/*"])
  }

  statement {
    sid       = "Fleet"
    actions   = ["dynamodb:GetItem", "dynamodb:DescribeTable"]
    resources = ["${local.tables}-fleet", "${local.tables}-volume-cleanups"]
  }

  # The first worker writes which cluster the fleet is in; the budget in the same row is not its business.
  statement {
    sid       = "Cluster"
    actions   = ["dynamodb:UpdateItem"]
    resources = ["${local.tables}-fleet"]
    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:Attributes"
      values   = ["fleet_row", "cluster_uid"]
    }
  }

  statement {
    sid       = "Look"
    actions   = ["ec2:DescribeVolumes", "ec2:DescribeSnapshots", "ec2:DescribeAvailabilityZones", "elasticfilesystem:DescribeFileSystems", "elasticfilesystem:DescribeMountTargets", "elasticfilesystem:DescribeTags"]
    resources = ["*"]
  }

  # A volume is made with the fleet's tag or not at all.
  statement {
    sid       = "MakeVolumes"
    actions   = ["ec2:CreateVolume"]
    resources = ["${local.ec2}:volume/*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/berth-fleet"
      values   = [var.fleet_id]
    }
  }

  statement {
    sid       = "MakeVolumesFromSnapshots"
    actions   = ["ec2:CreateVolume"]
    resources = ["arn:aws:ec2:${var.region}::snapshot/*"]
  }

  statement {
    sid       = "TagVolumesAtCreation"
    actions   = ["ec2:CreateTags"]
    resources = ["${local.ec2}:volume/*"]
    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["CreateVolume"]
    }
  }

  statement {
    sid       = "MakeFileSystems"
    actions   = ["elasticfilesystem:CreateFileSystem", "elasticfilesystem:CreateMountTarget", "elasticfilesystem:PutLifecycleConfiguration", "elasticfilesystem:TagResource"]
    resources = ["*"]
  }

  # Mount targets need these; they can't be narrowed to a file system.
  statement {
    sid       = "MountTargets"
    actions   = ["ec2:DescribeSubnets", "ec2:DescribeNetworkInterfaces", "ec2:CreateNetworkInterface"]
    resources = ["*"]
  }

  statement {
    sid       = "Connect"
    actions   = ["kafka-cluster:Connect"]
    resources = [var.msk_cluster_arn]
  }

  statement {
    sid       = "Read"
    actions   = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"]
    resources = ["${local.topic}/reservations.*"]
  }

  statement {
    sid       = "Write"
    actions   = ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData", "kafka-cluster:WriteDataIdempotently"]
    resources = ["${local.topic}/reservations.events", "${local.topic}/volumes.orphaned", "${local.topic}/berth.dead"]
  }

  statement {
    sid       = "Group"
    actions   = ["kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"]
    resources = ["${local.group}/berth-workers"]
  }
}

data "aws_iam_policy_document" "janitor" {
  statement {
    sid       = "State"
    actions   = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem", "dynamodb:DescribeTable"]
    resources = concat(local.every_table, [for table in local.every_table : "${table}/index/*"])
  }

  statement {
    sid       = "Look"
    actions   = ["ec2:DescribeVolumes", "ec2:DescribeSnapshots"]
    resources = ["*"]
  }

  # Only with the fleet's tag.
  statement {
    sid       = "SaveAndDelete"
    actions   = ["ec2:DeleteVolume", "ec2:CreateSnapshot", "ec2:DeleteSnapshot"]
    resources = ["${local.ec2}:volume/*", "arn:aws:ec2:${var.region}::snapshot/*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/berth-fleet"
      values   = [var.fleet_id]
    }
  }

  # The snapshot that is being made has no tag yet, but is asked for one.
  statement {
    sid       = "MakeSnapshots"
    actions   = ["ec2:CreateSnapshot"]
    resources = ["arn:aws:ec2:${var.region}::snapshot/*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/berth-fleet"
      values   = [var.fleet_id]
    }
  }

  statement {
    sid       = "Tag"
    actions   = ["ec2:CreateTags", "ec2:DeleteTags"]
    resources = ["${local.ec2}:volume/*", "arn:aws:ec2:${var.region}::snapshot/*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/berth-fleet"
      values   = [var.fleet_id]
    }
  }

  statement {
    sid       = "TagSnapshotsAtCreation"
    actions   = ["ec2:CreateTags"]
    resources = ["arn:aws:ec2:${var.region}::snapshot/*"]
    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["CreateSnapshot"]
    }
  }

  statement {
    sid       = "Connect"
    actions   = ["kafka-cluster:Connect"]
    resources = [var.msk_cluster_arn]
  }

  statement {
    sid       = "Read"
    actions   = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"]
    resources = ["${local.topic}/volumes.orphaned"]
  }

  statement {
    sid       = "Write"
    actions   = ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData", "kafka-cluster:WriteDataIdempotently"]
    resources = ["${local.topic}/reservations.events", "${local.topic}/berth.dead"]
  }

  statement {
    sid       = "Group"
    actions   = ["kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"]
    resources = ["${local.group}/berth-janitors"]
  }
}

# Whoever publishes reservations.
data "aws_iam_policy_document" "publisher" {
  statement {
    sid       = "Connect"
    actions   = ["kafka-cluster:Connect"]
    resources = [var.msk_cluster_arn]
  }

  statement {
    sid       = "Write"
    actions   = ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData", "kafka-cluster:WriteDataIdempotently"]
    resources = ["${local.topic}/reservations.requests", "${local.topic}/reservations.commands"]
  }

  statement {
    sid       = "Read"
    actions   = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"]
    resources = ["${local.topic}/reservations.events"]
  }
}

data "aws_iam_policy_document" "setup" {
  statement {
    sid       = "Tables"
    actions   = ["dynamodb:CreateTable", "dynamodb:DescribeTable", "dynamodb:UpdateTimeToLive", "dynamodb:DescribeTimeToLive"]
    resources = local.every_table
  }

  statement {
    sid       = "Fleet"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = ["${local.tables}-fleet"]
  }

  statement {
    sid       = "Topics"
    actions   = ["kafka-cluster:Connect", "kafka-cluster:CreateTopic", "kafka-cluster:DescribeTopic", "kafka-cluster:DescribeTopicDynamicConfiguration"]
    resources = [var.msk_cluster_arn, "${local.topic}/reservations.*", "${local.topic}/volumes.orphaned", "${local.topic}/berth.dead"]
  }
}

locals {
  policies = {
    berth-worker  = data.aws_iam_policy_document.worker.json
    berth-janitor = data.aws_iam_policy_document.janitor.json
    berth-setup   = data.aws_iam_policy_document.setup.json
  }
}

resource "aws_iam_role_policy" "berth" {
  for_each = local.policies
  name     = each.key
  role     = aws_iam_role.berth[each.key].id
  policy   = each.value
}

# To be attached to whatever publishes.
resource "aws_iam_policy" "publisher" {
  name   = "berth-publisher"
  policy = data.aws_iam_policy_document.publisher.json
}
