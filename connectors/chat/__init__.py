"""Chats: one a file or folder, strangers to each other."""
