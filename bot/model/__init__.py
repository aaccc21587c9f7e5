"""Frozen values and pure rules: no I/O and no clock in this room."""
