"""What staff takes and gives of people's accounts."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from pushcart.accounts.schemas.people import Locale, PersonName, Phone
from utils.schemas import Email, Input, Output, PageQuery

RoleName = Literal["customer", "support", "manager", "admin"]


def _each_once(roles: list[RoleName]) -> list[RoleName]:
    if len(set(roles)) < len(roles):
        raise PydanticCustomError("repeated", "Each role is named once.")
    return roles


RoleNames = Annotated[list[RoleName], Field(min_length=1, max_length=4), AfterValidator(_each_once)]


def _opening(disabled: bool) -> bool:  # noqa: FBT001 - pydantic hands it over so
    if disabled:
        raise PydanticCustomError("not_here", "Only false is taken; an account is closed by POST …/disable.")
    return disabled


class UserQuery(PageQuery):
    """What a list of accounts takes. ``email`` finds the account of one address."""

    email: Email | None = Field(default=None, examples=["ada@example.org"])


class CreateUser(Input):
    """An account to be made for somebody, who sets its password by a mailed link.

    A customer is made unless ``roles`` are named, which may be by who may give roles.
    """

    email: Email = Field(examples=["ada@example.org"])
    name: PersonName = Field(examples=["Ada Lovelace"])
    phone: Phone | None = Field(default=None, examples=["+442079460123"])
    locale: Locale = Field(default="en", examples=["en-GB"])
    roles: RoleNames | None = Field(default=None, examples=[["customer"]])


class ChangeUser(Input):
    """What staff may change of an account. What is left out stays; ``"phone": null`` takes the number away.

    ``"disabled": false`` opens an account again; it is closed by a route of its own.
    """

    name: PersonName = Field(default_factory=str, examples=["Ada King"])
    phone: Phone | None = Field(default=None, examples=["+442079460123"])
    locale: Locale = Field(default_factory=str, examples=["en-GB"])
    disabled: Annotated[bool, AfterValidator(_opening)] = Field(default=False, examples=[False])


class SetRoles(Input):
    """The roles that an account is to hold, and no others."""

    roles: RoleNames = Field(examples=[["customer", "support"]])


class WelcomeMail(Output):
    """What is being mailed: an ``invitation`` to set the first password, or a ``welcome`` to who has one."""

    user_id: str = Field(max_length=30, examples=["usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"])
    kind: Literal["invitation", "welcome"] = Field(examples=["welcome"])
