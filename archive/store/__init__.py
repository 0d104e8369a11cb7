"""Where events are kept: recorder and mapper."""
