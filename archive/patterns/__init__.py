"""Scoring patterns (评分规律) as people read them: rows, evidence cards, charts."""
