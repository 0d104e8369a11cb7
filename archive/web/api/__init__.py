"""The API: every command and every question, from their declarations."""
