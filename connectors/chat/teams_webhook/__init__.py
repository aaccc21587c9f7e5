"""Microsoft Teams one way: Adaptive Cards out, through the Workflows webhook of a channel. Nothing comes back."""
