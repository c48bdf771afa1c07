"""What ties accounts to identity providers, and sign-ins to the browsers that began them."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from pushcart.accounts.models.keys import of_user
from utils.models import Item, Key


class IdentityItem(Item):
    """Whose account somebody at a provider has. That it can be put only once keeps one person at one account.

    An issuer holds no ``#`` (OpenID Connect Core 1.0, 2), so two pairs never have one key.
    """

    table = tables.accounts
    user_id = UnicodeAttribute()
    provider = UnicodeAttribute()
    created_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, issuer: str, subject: str) -> Key:
        return Key(cls, f"IDP#{issuer}#{subject}", "META")


class HeldIdentityItem(Item):
    """The same in the account's own partition: what is about a person is read, and erased, by their id."""

    table = tables.accounts
    user_id = UnicodeAttribute()
    provider = UnicodeAttribute()
    issuer = UnicodeAttribute()
    subject = UnicodeAttribute()
    created_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, user_id: str, issuer: str, subject: str) -> Key:
        return Key(cls, of_user(user_id), f"IDP#{issuer}#{subject}")


class BegunItem(Item):
    """A sign-in that waits for its browser to come back, under its state's hash. ``browser`` is the hash of the cookie.

    ``client_id`` and what follows are those of the OAuth client that gets a code of ours in the end; without one the
    browser itself gets the tokens.
    """

    table = tables.ephemeral
    provider = UnicodeAttribute()
    browser = UnicodeAttribute()
    client_id = UnicodeAttribute(null=True)
    redirect_uri = UnicodeAttribute(null=True)
    code_challenge = UnicodeAttribute(null=True)
    client_state = UnicodeAttribute(null=True)
    expires_at = UnicodeAttribute()
    ttl = NumberAttribute()

    @classmethod
    def key_of(cls, state_hash: str) -> Key:
        return Key(cls, f"STATE#{state_hash}", "META")
