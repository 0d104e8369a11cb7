"""Settings of every test."""

from hypothesis import settings

# A machine under load is slow; what is measured has its own tests in benchmarks.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
