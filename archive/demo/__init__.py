"""The simulated city: commands for an archive, and labels that tell what was planted in them."""
