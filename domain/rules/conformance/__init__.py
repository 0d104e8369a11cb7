"""The checks of the procedure: who approved what, in which order, and was it allowed."""
