"""The command line: ``shiji``."""

from archive.cli.main import main

__all__ = ["main"]
