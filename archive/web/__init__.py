"""Shiji's desk: the pages, the API and the server, made from the declarations."""
