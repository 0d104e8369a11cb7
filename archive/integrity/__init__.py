"""Tamper evidence: a Merkle tree over what is stored, signed checkpoints, proofs.

Everything here is pure: bytes in, bytes out; only ``keys`` touches files. What others wrote is
read strictly, and each way of being wrong is refused with a sentence of its own.
"""
