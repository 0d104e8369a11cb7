"""The pages: server-rendered, each usable without script."""
