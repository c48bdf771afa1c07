"""Reads a handler's signature: its path parameters, the model of its input and the model of its answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from utils.envelope import Answer
from utils.queries import Found, Page
from utils.request import Request
from utils.schemas import Empty, Query

_PARAMETER = re.compile(r"\{(\w+)\}")


class BadDeclaration(TypeError):
    """A handler's signature does not fit its declaration; said when the file is imported."""


class Signature(NamedTuple):
    """What a handler takes and gives."""

    parameters: tuple[str, ...]
    input: type[BaseModel]
    output: type[BaseModel] | None
    many: bool
    about: type[BaseModel] | None
    request: str | None


def read_signature(function: Callable[..., Any], method: str, path: str, *, raw: bool) -> Signature:
    """Read ``function``'s hints against the route's path.

    Raises
    ------
    BadDeclaration
        When an argument is neither the request nor a parameter of the path, or the answer's type is none that is
        known, or a route outside the envelope answers something else than an :class:`~utils.envelope.Answer`.
    """
    hints = get_type_hints(function)
    answer = hints.pop("return", None)
    parameters = tuple(_PARAMETER.findall(path))
    request: str | None = None
    model: type[BaseModel] = Query if method in {"GET", "DELETE"} else Empty
    for name, hint in hints.items():
        if get_origin(hint) is Request:
            request, model = name, get_args(hint)[0]
        elif name not in parameters:
            raise BadDeclaration(f"{function.__module__}: {name} is neither the request nor in {path}")
    if missing := set(parameters) - set(hints):
        raise BadDeclaration(f"{function.__module__}: {path} has {missing}, the handler does not")
    if raw != (answer is Answer):
        raise BadDeclaration(f"{function.__module__}: a raw route answers an Answer, and no other does")
    if raw or answer is type(None):
        return Signature(parameters, model, None, many=False, about=None, request=request)
    many = get_origin(answer) in (Page, Found)
    output = get_args(answer)[0] if many else answer
    about = get_args(answer)[1] if get_origin(answer) is Found else None
    if not (isinstance(output, type) and issubclass(output, BaseModel)):
        raise BadDeclaration(f"{function.__module__}: it answers {answer}, which is no model")
    return Signature(parameters, model, output, many, about, request)
