"""Letting people in: passwords, sessions and tokens, and the accounts that they are of.

What happened to an account is an event in the log; what is secret stands in a small database of its
own beside it, and may be lost without losing what happened.
"""
