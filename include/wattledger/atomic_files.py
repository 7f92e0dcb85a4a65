"""Writing files that others read while they are written.

Belongs here: the one way to replace a file. What must survive a power cut, such as a mail, is synced by its own module.
"""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(target: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, and never half of one."""
    # the process in the name: two writers of one file do not write into each other's
    temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    temporary.write_bytes(content)
    temporary.replace(target)
