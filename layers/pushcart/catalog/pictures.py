"""Makes clean pictures of what a stranger uploaded: decoded under limits, and drawn anew.

Nothing of the file itself is kept: what is served is made of the pixels alone, so that whatever else the file was (a
page, an archive, a script) does not come along, nor where and by whom it was taken.

Pillow is a layer of its own, so it is imported only when something is decoded, by the worker that names
:data:`IMAGES`. Sources: https://cheatsheetseries.owasp.org/cheatsheets/File_Upload_Cheat_Sheet.html,
https://pillow.readthedocs.io/en/stable/handbook/security.html
"""

from __future__ import annotations

from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

from utils.declarations import Package

if TYPE_CHECKING:
    from PIL.Image import Image

IMAGES: Final = Package("images", ("PIL.Image", "PIL.ImageOps"))

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
"""A picture of so many pixels takes 160 MB of memory while it is decoded, whatever the size of its file."""
MAX_ORIGINAL_SIDE: Final = 4096
THUMBNAIL_SIDES: Final = (320, 1280)
CONTENT_TYPE: Final = "image/webp"
SUFFIX: Final = "webp"
QUALITY: Final = 82

_MAGIC: Final[tuple[tuple[bytes, int, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
)
_DECODERS: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}


class Fault(StrEnum):
    """Why an upload is no picture that can be shown."""

    TOO_LARGE = "too_large"
    NOT_A_PICTURE = "not_a_picture"
    OTHER_TYPE = "other_type"
    TOO_MANY_PIXELS = "too_many_pixels"
    DAMAGED = "damaged"


class Rejected(ValueError):
    """An upload that cannot be shown, and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Picture(NamedTuple):
    """A clean picture: WebP bytes, and its size in pixels. ``name`` tells it from its siblings."""

    name: str
    content: bytes
    width: int
    height: int


def draw(content: bytes, content_type: str) -> list[Picture]:
    """Return clean copies of an uploaded picture: the original's, then the thumbnails, the smallest first.

    Parameters
    ----------
    content_type
        What the uploader said that it is.

    Returns
    -------
    list
        The original, its longest side at most 4096 pixels, turned as its EXIF says; and a copy for each of
        :data:`THUMBNAIL_SIDES`, none larger than the original. An animation is shown by its first frame. Colour
        profiles go with all other metadata.

    Raises
    ------
    Rejected
        With the reason.

    Example
    -------
    >>> [picture.width for picture in draw(upload, "image/png")]  # doctest: +SKIP
    [1600, 320, 1280]
    """
    if len(content) > MAX_BYTES:
        raise Rejected(Fault.TOO_LARGE)
    actual = type_of(content)
    if actual is None:
        raise Rejected(Fault.NOT_A_PICTURE)
    if actual != content_type:
        raise Rejected(Fault.OTHER_TYPE)
    whole = _decoded(content, actual)
    original = _copy(whole, MAX_ORIGINAL_SIDE)
    return [
        _encoded("original", original),
        *(_encoded(str(side), _copy(original, side)) for side in THUMBNAIL_SIDES),
    ]


def type_of(content: bytes) -> str | None:
    """Return the type of a picture by its first bytes, whatever it is called; ``None`` for what is none of ours.

    Example
    -------
    >>> type_of(b"GIF89a..."), type_of(b"<svg/>")
    ('image/gif', None)
    """
    for magic, offset, content_type in _MAGIC:
        if content[offset : offset + len(magic)] == magic and (offset == 0 or content[:4] == b"RIFF"):
            return content_type
    return None


def _decoded(content: bytes, content_type: str) -> Image:
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(content), formats=[_DECODERS[content_type]]) as opened:
            # Its header tells the size, before a pixel of it is decoded.
            if opened.width * opened.height > MAX_PIXELS:
                raise Rejected(Fault.TOO_MANY_PIXELS)
            opened.draft("RGB", (MAX_ORIGINAL_SIDE, MAX_ORIGINAL_SIDE))
            turned = ImageOps.exif_transpose(opened)
            return turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    except (Rejected, MemoryError):
        raise
    except Image.DecompressionBombError as bomb:
        raise Rejected(Fault.TOO_MANY_PIXELS) from bomb
    except Exception as trouble:
        # The bytes are a stranger's, and Pillow's decoders raise whatever comes: OSError, SyntaxError, struct.error.
        raise Rejected(Fault.DAMAGED) from trouble


def _copy(image: Image, side: int) -> Image:
    """Return a copy whose longest side is at most ``side``, with nothing but pixels in it."""
    from PIL import Image

    scale = min(1.0, side / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    copy = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0) if size != image.size else image.copy()
    copy.info = {}
    return copy


def _encoded(name: str, image: Image) -> Picture:
    file = BytesIO()
    image.save(file, "WEBP", quality=QUALITY, method=4)
    return Picture(name, file.getvalue(), image.width, image.height)
