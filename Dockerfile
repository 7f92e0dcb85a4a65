# Two images: `app` (the default) runs every Airflow service and the command line, `mail` is the mail catcher.

FROM python:3.12-slim-bookworm AS build
RUN pip install --no-cache-dir --root-user-action=ignore uv==0.13.9
# Bytecode is compiled here because the services' user may not write it: without it every process compiles Airflow again.
ENV UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON=/usr/local/bin/python3.12 UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_PROGRESS=1
WORKDIR /opt/wattledger
COPY pyproject.toml uv.lock ./
# The project is installed as a link to its folder, and what its build reads is stubbed: so this layer, the large one,
# depends on the lock alone, and a changed source file costs seconds. uv's cache stays on the building machine.
RUN --mount=type=cache,target=/root/.cache/uv \
    mkdir -p include/wattledger && touch README.md LICENSE include/wattledger/__init__.py \
    && uv sync --frozen --no-dev --extra airflow --extra celery --extra postgres

FROM python:3.12-slim-bookworm AS mail
COPY docker/mail-requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir --root-user-action=ignore --require-hashes -r /tmp/requirements.txt \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin catcher
USER 10001
EXPOSE 1025 1080
CMD ["maildump", "--foreground", "--no-quit", "--smtp-ip", "0.0.0.0", "--http-ip", "0.0.0.0"]

FROM python:3.12-slim-bookworm AS app
# Named volumes take the owner of the image's folder on their first use, so the folders must exist and be the user's.
RUN useradd --uid 10001 --gid 0 --home-dir /opt/airflow --no-create-home --shell /usr/sbin/nologin airflow \
    && install -d -o 10001 -g 0 -m 0770 /opt/airflow /opt/airflow/logs /var/lib/wattledger
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/opt/airflow AIRFLOW__CORE__DAGS_FOLDER=/opt/wattledger/dags AIRFLOW__CORE__LOAD_EXAMPLES=False \
    WATTLEDGER_HOME=/var/lib/wattledger
COPY --from=build /opt/venv /opt/venv
WORKDIR /opt/wattledger
COPY . .
RUN python -m compileall -q include dags docker
USER 10001
