"""Airflow's connections in the form that the package needs: a database URL, a transport for mail. For use in a task.

Belongs here: looking connections up. Reading and sending through them is for others.
"""

from __future__ import annotations

import smtplib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from wattledger.errors import ConfigurationError

if TYPE_CHECKING:
    from wattledger.context import Audit
    from wattledger.mail import Transport

MAIL: Final = "wattledger_mail"
"""The SMTP connection by which bulletins go out."""
_DRIVERS: Final = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
}


def database_url(conn_id: str) -> str:
    """The SQLAlchemy URL of an Airflow connection, password included; raise ConfigurationError where there is none.

    Built from the connection's fields: its own ``get_uri()`` says ``postgres://``, which SQLAlchemy refuses.
    """
    from sqlalchemy import URL

    found = _connection(conn_id)
    if found is None:
        raise ConfigurationError(
            f"There is no Airflow connection {conn_id!r}.",
            todo="Add it under Admin, Connections, or as AIRFLOW_CONN_... in the environment; then clear this task.",
        )
    options = {key: value for key, value in found.extra_dejson.items() if isinstance(value, str)}
    url = URL.create(
        _DRIVERS.get(found.conn_type, found.conn_type),
        found.login or None,
        found.password or None,
        found.host or None,
        found.port,
        found.schema or None,
        query=options,
    )
    return url.render_as_string(hide_password=False)


def with_mail_connection(audit: Audit) -> tuple[Audit, Transport | None]:
    """The transport for mail, and its sender, of the connection ``wattledger_mail`` where it exists, else None.

    With None the settings decide: ``WATTLEDGER_SMTP_URL``, or .eml files.
    """
    found = _connection(MAIL)
    if found is None:
        return audit, None
    from wattledger.mail import Smtp

    sender = found.extra_dejson.get("from_email")
    if sender:
        audit = replace(audit, settings=audit.settings.model_copy(update={"mail_from": sender}))
    return audit, Smtp(
        connect=_smtp_client, where=f"the mail server of the connection {MAIL!r} ({found.host})"
    )


def _smtp_client() -> smtplib.SMTP:
    """An open and logged-in client; raise OSError or SMTPException where there is none.

    The hook logs in and nothing more: its own ``send_email_smtp`` sends again after any exception, perhaps twice.
    """
    from airflow.providers.smtp.hooks.smtp import SmtpHook
    from airflow.sdk.exceptions import AirflowException

    try:
        client = SmtpHook(smtp_conn_id=MAIL).get_conn()._smtp_client  # the hook has no public name for it
    except AirflowException as error:
        raise smtplib.SMTPServerDisconnected(str(error)) from error
    if not isinstance(client, smtplib.SMTP):
        raise TypeError(f"the connection {MAIL} gave {type(client).__name__}, not an SMTP client")
    return client


def _connection(conn_id: str) -> Any:
    """The Airflow connection; None where there is none of that name."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return Connection.get(conn_id)
    except AirflowNotFoundException:
        return None
