"""A morning at a made-up shop: ``suture demo``. It stands outside and speaks with Suture over HTTP only."""
