"""What `suture` can be told: each file has an ``app`` with one command, or a family of them. A new file is found."""
