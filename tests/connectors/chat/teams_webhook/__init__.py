"""Tests of Teams one way: what is drawn, what is posted, what a failure means."""
