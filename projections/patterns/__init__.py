"""Patterns in scoring (评分规律): statistics over arrays, pure; what they find are leads."""
