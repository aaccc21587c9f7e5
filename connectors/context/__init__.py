"""What we learn about the world besides findings: one loader a file, one format each, strangers to one another."""
