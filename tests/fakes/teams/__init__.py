"""A Microsoft Teams of our own, as far as Workflows webhooks show it: posts over real HTTP, cards checked."""
