#!/bin/sh
# Airflow's simple auth manager reads its users' passwords from a file that it must be able to write, and has no setting
# that takes one: so the password of .env is laid down here, at start, and is never a part of the image.
set -eu
umask 077
python - <<'PY'
import json, os
users = {os.environ["AIRFLOW_ADMIN_USER"]: os.environ["AIRFLOW_ADMIN_PASSWORD"]}
with open(os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"], "w") as file:
    json.dump(users, file)
PY
unset AIRFLOW_ADMIN_PASSWORD
exec airflow api-server
