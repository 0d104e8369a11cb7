"""The ledger: the tree over an archive's events, kept beside the log in a file or schema of its own.

``Ledger`` holds what it means, a ``LedgerStore`` where it is kept: SQLite or PostgreSQL.
"""
