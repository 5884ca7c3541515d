"""What people and machines touch: the shell, hosts, farms, publishing."""
