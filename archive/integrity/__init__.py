"""Tamper evidence: a Merkle tree over what is stored, signed checkpoints, proofs.

What is here is pure: bytes in, bytes out; only ``keys`` and ``key_folder`` touch files, and the
ledger and its sealer a store. What others wrote is read strictly, and each way of being wrong is
refused with a sentence of its own.
"""
