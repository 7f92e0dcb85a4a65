"""Mail: building the message, and sending it once.

Belongs here: messages, the outbox, transports. What the bulletin says is composed and rendered in bulletin/.
"""

from wattledger.mail.deliver import deliver
from wattledger.mail.errors import MailRefusedError, MailUncertainError, MailUnreachableError
from wattledger.mail.message import Attachment, build_message, message_id
from wattledger.mail.outbox import OutboxRow, confirm_sent, enqueue, get_mail, list_outbox
from wattledger.mail.smtp import Smtp
from wattledger.mail.transports import EmlFolder, Transport

__all__ = [
    "Attachment",
    "EmlFolder",
    "MailRefusedError",
    "MailUncertainError",
    "MailUnreachableError",
    "OutboxRow",
    "Smtp",
    "Transport",
    "build_message",
    "confirm_sent",
    "deliver",
    "enqueue",
    "get_mail",
    "list_outbox",
    "message_id",
]
