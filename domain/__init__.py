"""The pure floor: facts, decisions and rules; no database, no web, no clock."""
