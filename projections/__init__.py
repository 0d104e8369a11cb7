"""Views folded from the log, and the questions asked of them."""
