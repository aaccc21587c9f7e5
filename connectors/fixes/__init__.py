"""Fixes: code that can change a running system.

One file a fix, grouped by platform; a file with a ``FIX`` is a member.
"""
