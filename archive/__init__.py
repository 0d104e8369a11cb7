"""The shell: store, commands and command line around the pure floors."""
