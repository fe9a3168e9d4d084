variable "region" {
  type        = string
  description = "Where the fleet lives."
}

variable "prefix" {
  type        = string
  default     = "berth"
  description = "What the names of the tables begin with (BERTH_TABLES_PREFIX)."
}

variable "fleet_id" {
  type        = string
  description = "The random id in the table <prefix>-fleet; `berth tables create` prints it. The janitor may touch only what bears it."
}

variable "oidc_provider_arn" {
  type        = string
  description = "The cluster's OIDC provider, for roles of service accounts."
}

variable "oidc_issuer" {
  type        = string
  description = "Its issuer without https://."
}

variable "namespace" {
  type        = string
  default     = "berth"
  description = "Where Berth's own processes run."
}

variable "msk_cluster_arn" {
  type        = string
  description = "The Amazon MSK cluster."
}

variable "msk_cluster_name" {
  type        = string
  description = "Its name, as it stands in the arns of its topics and groups."
}

variable "msk_cluster_uuid" {
  type        = string
  description = "Its id, as it stands in the arns of its topics and groups."
}

variable "vpc_id" {
  type        = string
  description = "Where the nodes are."
}

variable "node_security_group_id" {
  type        = string
  description = "The nodes': they reach the users' EFS file systems."
}
