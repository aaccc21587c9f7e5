"""Fixes on AWS. The files without a ``FIX`` are what the fixes share: access, names, failures and what is read."""
