"""The first method of each layer: simple, measured, the comparator of the real one."""
