"""Calculation sheets: a result with its arithmetic, and how it is shown in both languages."""
