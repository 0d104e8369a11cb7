"""The ledger: the tree over an archive's events, in a file or schema of its own beside the log.

``Ledger`` holds what it means, a ``LedgerStore`` where it is kept: SQLite or PostgreSQL.
"""
