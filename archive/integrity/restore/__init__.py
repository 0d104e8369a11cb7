"""After a restore: how it is noticed, what the log is held against, what is recorded of it.

An archive that was restored is read-only until it is verified against checkpoints from outside.
"""
