"""Spoilt payloads over every source: nothing but records and named refusals comes out, and all of it is clean."""
