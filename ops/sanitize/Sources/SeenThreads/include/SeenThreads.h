// Nothing to call: what the source defines stands in for the C library's.
