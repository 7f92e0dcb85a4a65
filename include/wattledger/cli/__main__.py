"""``python -m wattledger.cli``."""

from wattledger.cli import main

main()
