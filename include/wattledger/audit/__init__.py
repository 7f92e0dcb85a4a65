"""The audit rules at work: loading their suites, running them with Great Expectations, keeping what fails.

Belongs here: the machinery. A rule's condition is written once, in ``expectations/``.
"""
