"""The port to mail, and Amazon SES behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from utils import aws
from utils.circuit import Circuit
from utils.resources import Mailer as Sender

CHARSET = "UTF-8"

_circuit = Circuit("mail")
"""While SES does not take mail its messages stay in their queue, and no worker waits out a time-out for each."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person, in two forms of the same words."""

    to: str
    subject: str
    text: str
    html: str


class Mailer(Protocol):
    """Whoever can send mail."""

    def send(self, mail: Mail) -> str:
        """Send ``mail`` and return the provider's id of it; raise when it was not taken."""


@dataclass(frozen=True, slots=True)
class SesMailer:
    """Sends by SES (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html).

    SES knows no idempotency: whoever sends twice has sent twice, so :mod:`utils.aws` never repeats this call by
    itself. Its time-outs are :data:`utils.aws.MAIL_READ_TIMEOUT_SECONDS` and what every call has.
    """

    sender: Sender

    def send(self, mail: Mail) -> str:
        """Hand ``mail`` to SES.

        Raises
        ------
        utils.errors.Unavailable
            When SES does not answer, or its circuit is open: the queue hands the message out again.
        """
        with _circuit.guarding():
            answer = aws.call(
                "sesv2",
                "SendEmail",
                FromEmailAddress=self.sender.sender,
                Destination={"ToAddresses": [ascii_domain(mail.to)]},
                Content={
                    "Simple": {
                        "Subject": {"Data": mail.subject, "Charset": CHARSET},
                        "Body": {
                            "Text": {"Data": mail.text, "Charset": CHARSET},
                            "Html": {"Data": mail.html, "Charset": CHARSET},
                        },
                    }
                },
            )
        return str(answer["MessageId"])


def ascii_domain(address: str) -> str:
    """Return the address with its domain as SES takes it: in ASCII (RFC 5890).

    Example
    -------
    >>> ascii_domain("ada@bücher.example")
    'ada@xn--bcher-kva.example'
    """
    local, _, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}@{domain.encode('idna').decode()}"
