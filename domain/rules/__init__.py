"""Judging: plain functions from facts and a policy to findings and results."""
