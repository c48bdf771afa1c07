"""The secrets of second factors: sealed by KMS while they are stored, each for its owner alone.

The owner's id is part of what is authenticated (the encryption context), so that a sealed secret that is moved to
another account opens nothing there.
https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
"""

from __future__ import annotations

from base64 import b64decode, b64encode

from pushcart import queues
from utils import aws


def seal(secret: bytes, user_id: str) -> str:
    """Return ``secret`` as it is stored."""
    answer = aws.call(
        "kms",
        "Encrypt",
        KeyId=queues.factor_secrets.key_id,
        Plaintext=secret,
        EncryptionContext={"user_id": user_id},
    )
    return b64encode(answer["CiphertextBlob"]).decode()


def unseal(sealed: str, user_id: str) -> bytes:
    """Return the secret that was sealed for this user."""
    answer = aws.call(
        "kms",
        "Decrypt",
        KeyId=queues.factor_secrets.key_id,
        CiphertextBlob=b64decode(sealed),
        EncryptionContext={"user_id": user_id},
    )
    secret: bytes = answer["Plaintext"]
    return secret
