"""Pictures and what only looks like them, and how a browser uploads them."""

from __future__ import annotations

import secrets
import struct
import zlib
from io import BytesIO
from typing import Any, Final
from urllib.parse import urlsplit

from PIL import Image

from infra.local import uploads
from infra.local.payload import HttpRequest, HttpResponse

SCRIPT: Final = b"<script>alert('planted')</script>"
KINDS: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}


def picture(content_type: str = "image/png", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """Return a picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    file = BytesIO()
    image.save(file, KINDS[content_type], **options)
    return file.getvalue()


def opened(content: bytes) -> Any:
    """Return what a browser would show of a picture, decoded to its end."""
    image = Image.open(BytesIO(content))
    image.load()
    return image


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG."""
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def png_of(width: int, height: int, *, pixels: bytes = b"") -> bytes:
    """Return a PNG that says that it is so large, whatever is in it."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", pixels or zlib.compress(b"\0")) + chunk(b"IEND", b"")


def form_of(fields: dict[str, str], file: bytes) -> tuple[bytes, str]:
    """Return a form as browsers send it, the file last, and its content type."""
    boundary = secrets.token_hex(8)
    told = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    head = 'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    body = told + f"--{boundary}\r\n{head}".encode() + file + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def posted(form: dict[str, Any], file: bytes, **changed: str | None) -> HttpResponse:
    """Post a file by the form of an answer; ``changed`` replaces fields, or leaves them out."""
    fields = {name: value for name, value in ({**form["fields"], **changed}).items() if value is not None}
    body, content_type = form_of(fields, file)
    address = urlsplit(form["url"])
    path = uploads.UPLOADS + (address.path.rpartition("/")[2] or str(address.hostname).partition(".")[0])
    return uploads.handle(HttpRequest("POST", path, "", (("content-type", content_type),), body, "127.0.0.1"))
