"""Fetching how units conducted their year, for the checks of the procedure."""
