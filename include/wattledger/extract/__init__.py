"""Extracting and landing: from a company's own tables to the standard datasets in the lake.

Belongs here: source files, readers of files and databases, the checks of the contract. Audit rules do not.
"""
