#!/bin/sh
# Bring both databases up to date, once at each start of the stack, before anything uses them.
set -eu
airflow db migrate
exec python -c 'from wattledger.registry.schema import upgrade; from wattledger.settings import Settings; upgrade(Settings().registry)'
