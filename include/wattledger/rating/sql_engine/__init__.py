"""The engine in SQL: bills by the million."""

from wattledger.rating.sql_engine.engine import rate_bills

__all__ = ["rate_bills"]
