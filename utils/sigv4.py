"""Signed HTTP requests to what AWS hosts and botocore has no client for, such as a search domain.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

from __future__ import annotations

from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from utils import aws


def signed_headers(method: str, url: str, *, headers: dict[str, str], body: bytes, service: str) -> dict[str, str]:
    """Return a request's headers with the signature of this function's own role (Signature Version 4).

    Parameters
    ----------
    service
        The name that the service signs under, such as ``es``.

    Example
    -------
    >>> signed_headers("POST", "https://x.es.amazonaws.com/a", headers={}, body=b"{}", service="es")  # doctest: +SKIP
    {'X-Amz-Date': '20261120T170000Z', 'Authorization': 'AWS4-HMAC-SHA256 Credential=…'}
    """
    session: Any = aws.session()
    request = AWSRequest(method=method, url=url, data=body, headers=headers)
    SigV4Auth(session.get_credentials(), service, session.get_config_variable("region")).add_auth(request)
    return dict(request.headers.items())
