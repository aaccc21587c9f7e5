"""Where tickets are opened: one tracker a member."""
