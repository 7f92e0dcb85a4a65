#!/bin/bash
# The registry's own role and database, made when the volume is new. Tasks hold the registry's password alone, so what
# they run cannot reach Airflow's metadata.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set=password="$WATTLEDGER_DB_PASSWORD" <<'SQL'
CREATE ROLE wattledger LOGIN PASSWORD :'password';
CREATE DATABASE wattledger OWNER wattledger;
REVOKE CONNECT ON DATABASE airflow FROM PUBLIC;
SQL
