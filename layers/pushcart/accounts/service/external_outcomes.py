"""What comes of a sign-in that an identity provider vouched for: tokens, a second factor to show, or a code of ours."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from pushcart.accounts import mfa_tokens
from pushcart.accounts.models.identities import BegunItem
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.oidc import browser
from pushcart.accounts.oidc.exchange import Vouched
from pushcart.accounts.repository import factors, people
from pushcart.accounts.schemas.factors import MfaChallenge
from pushcart.accounts.service import codes, devices, identities
from pushcart.accounts.service.sign_in import complete, methods_of
from pushcart.accounts.sessions import Client
from utils.access import WHOLE_ACCOUNT
from utils.envelope import Answer
from utils.rerun import until_settled
from utils.schemas import Output
from utils.settings import setting
from utils.transaction import Transaction

MFA_REQUIRED: Final = "mfa_required"


def signed_in(waiting: BegunItem, vouched: Vouched, client: Client) -> Answer:
    """Sign in whomever the provider vouches for, and answer the browser.

    A second factor that the account has here is still asked for: the provider's word is the first one only.

    Raises
    ------
    Forbidden
        When there is no account that they may use.
    """
    user_id = identities.recognise(vouched)
    return until_settled(lambda: _attempt(waiting, user_id, client))


def _attempt(waiting: BegunItem, user_id: str, client: Client) -> Answer:
    tx = Transaction(batch=True)
    remembered = devices.keys_of(user_id, client)
    profile, factor, *found = tx.read(people.profile_key(user_id), factors.factor_key(user_id), *remembered)
    account = identities.usable(profile)
    if account.mfa:
        answer = _challenged(waiting, MfaChallenge(mfa_token=mfa_tokens.issue(user_id), methods=methods_of(factor)))
    elif not waiting.client_id:
        answer = _shown(complete(tx, account, client, memory=devices.memory_of(found)))
    else:
        answer = _with_code(tx, waiting, account)
    tx.commit()
    return answer


def _shown(output: Output) -> Answer:
    return Answer(200, output.model_dump_json(), browser.no_cookie())


def _with_code(tx: Transaction, waiting: BegunItem, account: ProfileItem) -> Answer:
    """Send the client a code of ours; the session begins where it is exchanged, and its device is remembered there."""
    people.require_unchanged(tx, account)
    code = codes.issue_code(
        tx,
        client_id=str(waiting.client_id),
        redirect_uri=str(waiting.redirect_uri),
        user_id=account.id,
        scope=WHOLE_ACCOUNT,
        code_challenge=str(waiting.code_challenge),
        authenticated_at=tx.moment,
    )
    return sent_back(waiting, code=code)


def _challenged(waiting: BegunItem, challenge: MfaChallenge) -> Answer:
    """Ask for the second factor: of a client behind the ``#``, which no server and no log gets to see."""
    if not waiting.client_id:
        return _shown(challenge)
    proof = urlencode({"mfa_token": challenge.mfa_token, "methods": " ".join(challenge.methods)})
    return sent_back(waiting, fragment=f"#{proof}", error=MFA_REQUIRED)


def sent_back(waiting: BegunItem, *, fragment: str = "", **told: str) -> Answer:
    """Send the browser to the client that began the sign-in, with its own state and our name (RFC 9207)."""
    told |= {"state": waiting.client_state} if waiting.client_state else {}
    query = urlencode(told | {"iss": setting("TOKEN_ISSUER")})
    uri = str(waiting.redirect_uri)
    location = f"{uri}{'&' if '?' in uri else '?'}{query}{fragment}"
    return Answer(303, headers={"location": location, **browser.no_cookie()})
