"""What we decide: triage, cases, people and runs."""
