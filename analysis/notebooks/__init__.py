"""Research notebooks: each asks one question, answers it up front, and computes every number it tells."""
