"""A Microsoft Teams of our own, as far as Workflows webhooks show it: posts come in over real HTTP, cards are checked."""
