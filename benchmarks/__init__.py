"""How fast the archive is, each figure beside its peer or its limit, from one run."""
