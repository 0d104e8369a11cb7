"""Charts as SVG made on the server: printable, linkable, read aloud, without script."""
