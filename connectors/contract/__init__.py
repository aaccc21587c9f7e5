"""The types that cross the border between the connectors and the bot, and nothing else."""
