"""Verifying an archive: everything that the ledger can show to have been changed is named.

Verifying reads the log and the ledger in one state, by connections of its own that never write,
and believes nothing but a signature: what can be computed from the stored rows is computed anew
and compared.
"""
