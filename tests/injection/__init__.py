"""Hostile text in every place where text comes in, and whether any of it is more than text in any place it goes out."""
