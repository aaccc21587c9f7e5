"""How we speak with each thing outside. Nothing here decides; nothing here imports the bot."""
