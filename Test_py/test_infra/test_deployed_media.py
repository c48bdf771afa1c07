"""A picture, over HTTP, on the emulator: a signed form, a bucket that notifies its queue, Pillow in its layer."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from typing import Any

import pytest

from Test_py.support.pictures import SCRIPT, form_of, picture
from Test_py.test_infra.deployed import Deployed, until

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def path(deployed: Deployed) -> str:
    product = deployed.anybody.call("GET", "/api/v1/products").data[0]
    return f"/api/v1/products/{product['id']}/media"


def post(deployed: Deployed, form: Any, file: bytes, **changed: str) -> int:
    body, content_type = form_of({**form["fields"], **changed}, file)
    request = urllib.request.Request(form["url"], data=body, headers={"content-type": content_type})  # noqa: S310
    context = ssl.create_default_context(cafile=deployed.emulator.client_environment()["AWS_CA_BUNDLE"])
    try:
        with urllib.request.urlopen(request, timeout=30, context=context) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def waited_for(deployed: Deployed, path: str) -> Any:
    return deployed.admin.call("POST", path, {"content_type": "image/png", "alt": "A picture"}).data


def settled(deployed: Deployed, path: str, medium: Any) -> Any:
    """Return a picture once the worker has looked at it."""

    def look() -> Any:
        listed = deployed.admin.call("GET", path).data
        return next(one for one in listed if one["id"] == medium["id"])

    return until(look, lambda one: one["status"] != "pending")


def test_what_is_uploaded_is_drawn_and_shown(deployed: Deployed, path: str) -> None:
    medium = waited_for(deployed, path)
    assert post(deployed, medium["upload"], picture(size=(640, 480))) == 204
    shown = settled(deployed, path, medium)
    assert (shown["status"], shown["width"], shown["height"]) == ("ready", 640, 480)
    assert len(shown["thumbnails"]) == 2


def test_what_is_no_picture_is_rejected(deployed: Deployed, path: str) -> None:
    medium = waited_for(deployed, path)
    assert post(deployed, medium["upload"], SCRIPT) == 204
    assert settled(deployed, path, medium)["reason"] == "not_a_picture"


def test_s3_itself_holds_the_form_against_what_was_signed(deployed: Deployed, path: str) -> None:
    form = waited_for(deployed, path)["upload"]
    assert post(deployed, form, picture(), key="elsewhere") == 403
    assert post(deployed, form, b"x" * (form["max_bytes"] + 1)) == 400
