# The mount targets of the users' file systems: reached by the nodes, on NFS's port alone.
resource "aws_security_group" "efs" {
  name        = "berth-efs"
  description = "NFS from the nodes to the users' file systems"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "nfs" {
  security_group_id            = aws_security_group.efs.id
  referenced_security_group_id = var.node_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}

output "efs_security_group" {
  description = "For BERTH_EFS_SECURITY_GROUP."
  value       = aws_security_group.efs.id
}
