#!/bin/sh
# Print .env.example with its empty secrets filled in:  docker/make-env.sh > .env
set -eu
secret() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
while IFS= read -r line; do
    case $line in
        AIRFLOW_FERNET_KEY=) line=$line$(head -c 32 /dev/urandom | base64 | tr '+/' '-_') ;;
        *_PASSWORD= | *_SECRET=) line=$line$(secret) ;;
    esac
    printf '%s\n' "$line"
done < "$(dirname "$0")/../.env.example"
