"""Turns an intrinsic function of a plain document into the text that CDK's typed properties ask for."""

from __future__ import annotations

from aws_cdk import Token

from infra.names import Arn


def text(value: Arn) -> str:
    """Return ``value`` as a string; an intrinsic function becomes a token that resolves to itself.

    Example
    -------
    >>> text("plain")
    'plain'
    """
    return value if isinstance(value, str) else Token.as_string(value)
