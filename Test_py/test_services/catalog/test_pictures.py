"""What becomes of uploads: pictures, bombs, polyglots, and what is damaged."""

from __future__ import annotations

import time
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from pushcart.catalog.pictures import MAX_BYTES, Fault, Rejected, draw, type_of
from Test_py.support.pictures import KINDS, SCRIPT, chunk, opened, picture, png_of

MARK = b"planted"


def fault(content: bytes, content_type: str = "image/png") -> Fault:
    with pytest.raises(Rejected) as refused:
        draw(content, content_type)
    return refused.value.fault


@pytest.mark.parametrize("content_type", KINDS)
def test_each_type_is_drawn_anew_as_webp_with_its_thumbnails(content_type: str) -> None:
    drawn = draw(picture(content_type, (2000, 1000)), content_type)
    assert [(one.name, one.width, one.height) for one in drawn] == [
        ("original", 2000, 1000),
        ("320", 320, 160),
        ("1280", 1280, 640),
    ]
    for one in drawn:
        shown = opened(one.content)
        assert (shown.format, shown.size, shown.getexif(), shown.info.get("icc_profile")) == (
            "WEBP",
            (one.width, one.height),
            {},
            None,
        )
        left, right = (shown.convert("RGB").getpixel((one.width * part // 4, one.height // 2)) for part in (1, 3))
        assert left[0] > 200 > 60 > left[2]
        assert right[2] > 200 > 60 > right[0]


def test_nothing_is_made_larger_than_it_is() -> None:
    assert [one.width for one in draw(picture(size=(64, 48)), "image/png")] == [64, 64, 64]


def test_a_long_and_thin_one_keeps_a_pixel() -> None:
    original = draw(picture(size=(8000, 1)), "image/png")[0]
    assert (original.width, original.height) == (4096, 1)


def test_it_is_turned_as_its_camera_was_held_and_that_is_forgotten() -> None:
    """Orientation 6: the camera was turned, so that the left of what was taken is on top."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "planted maker", {1: "N", 2: (51.0, 30.0, 0.0)}
    content = picture("image/jpeg", (400, 200), exif=exif, comment=b"planted comment")
    assert MARK in content
    original = draw(content, "image/jpeg")[0]
    shown = opened(original.content)
    assert shown.size == (200, 400)
    assert shown.getpixel((100, 50))[0] > 200, "red is on top"
    assert MARK not in original.content
    assert not shown.getexif()


def test_what_can_be_seen_through_stays_so() -> None:
    file = BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(file, "PNG")
    assert opened(draw(file.getvalue(), "image/png")[0].content).getpixel((5, 5))[3] == 0


def test_a_palette_and_a_grey_picture_are_drawn() -> None:
    for mode in ("P", "L", "LA", "1", "I;16", "CMYK"):
        file, kind = BytesIO(), "image/jpeg" if mode == "CMYK" else "image/png"
        Image.new(mode, (30, 20)).save(file, KINDS[kind])
        assert draw(file.getvalue(), kind)[0].width == 30


def test_of_an_animation_the_first_frame_is_shown() -> None:
    frames, file = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")], BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    drawn = opened(draw(file.getvalue(), "image/gif")[0].content)
    assert not getattr(drawn, "is_animated", False)
    assert drawn.getpixel((5, 5))[0] > 200


def archive() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("planted.html", SCRIPT)
    return file.getvalue()


def polyglots() -> dict[str, tuple[str, bytes]]:
    """Return pictures that are something else as well, by what that is."""
    png, gif, jpeg, webp = (picture(kind) for kind in ("image/png", "image/gif", "image/jpeg", "image/webp"))
    head, rest = png[:33], png[33:]
    words = zlib.compress(SCRIPT)
    comment = b"\x21\xfe" + bytes([len(SCRIPT)]) + SCRIPT + b"\0"
    segment = b"\xff\xfe" + (len(SCRIPT) + 2).to_bytes(2, "big") + SCRIPT
    grown = webp + b"XMP " + len(SCRIPT).to_bytes(4, "little") + SCRIPT + b"\0" * (len(SCRIPT) % 2)
    return {
        "png and page behind": ("image/png", png + SCRIPT),
        "png and archive": ("image/png", png + archive()),
        "png with text": ("image/png", head + chunk(b"tEXt", b"Comment\0" + SCRIPT) + rest),
        "png with packed text": ("image/png", head + chunk(b"zTXt", b"Comment\0\0" + words) + rest),
        "png with a chunk of its own": ("image/png", head + chunk(b"plNt", SCRIPT) + rest),
        "png with a profile": ("image/png", head + chunk(b"iCCP", b"planted\0\0" + words) + rest),
        "gif and archive": ("image/gif", gif + archive()),
        "gif with comment": ("image/gif", gif[:-1] + comment + b";"),
        "gif and script behind": ("image/gif", gif + b"/*" + SCRIPT + b"*/=1;"),
        "jpeg with comment": ("image/jpeg", jpeg[:2] + segment + jpeg[2:]),
        "jpeg and program": ("image/jpeg", jpeg + b"<?php system('planted'); ?>"),
        "jpeg and document": ("image/jpeg", jpeg + b"%PDF-1.7 planted %%EOF"),
        "webp with XMP": ("image/webp", b"RIFF" + (len(grown) - 8).to_bytes(4, "little") + grown[8:]),
    }


@pytest.mark.parametrize("name", polyglots())
def test_of_a_polyglot_the_picture_is_kept_and_nothing_else(name: str) -> None:
    content_type, content = polyglots()[name]
    for one in draw(content, content_type):
        assert opened(one.content).size == (64, 48)
        for left in (MARK, b"PK\x03\x04", b"<?php", b"%PDF", b"<script"):
            assert left not in one.content


def disguised() -> dict[str, bytes]:
    """Return what is no picture, whatever it says that it is."""
    return {
        "nothing": b"",
        "page": b"<!doctype html>" + SCRIPT,
        "drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "archive": archive(),
        "document": b"%PDF-1.7",
        "program": b"MZ\x90\0" + b"\0" * 60,
        "elf": b"\x7fELF" + b"\0" * 60,
        "bitmap": b"BM" + b"\0" * 60,
        "tiff": b"II*\0" + b"\0" * 60,
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0",
        "icon": b"\0\0\1\0" + b"\0" * 60,
        "sound": b"RIFF\0\0\0\0WAVEfmt ",
        "page before a picture": SCRIPT + picture(),
        "webp without its frame": b"XXXX\0\0\0\0WEBPVP8 ",
    }


@pytest.mark.parametrize("name", disguised())
@pytest.mark.parametrize("content_type", KINDS)
def test_what_is_no_picture_is_rejected_by_its_first_bytes(name: str, content_type: str) -> None:
    assert fault(disguised()[name], content_type) == Fault.NOT_A_PICTURE


@pytest.mark.parametrize("said", KINDS)
@pytest.mark.parametrize("actual", KINDS)
def test_it_is_what_it_says_that_it_is(said: str, actual: str) -> None:
    if said == actual:
        assert type_of(picture(actual)) == said
    else:
        assert fault(picture(actual), said) == Fault.OTHER_TYPE


def bombs() -> dict[str, tuple[str, bytes, Fault]]:
    """Return small files that are huge, or never end, when they are decoded."""
    rows = zlib.compress(b"\0" * (6400 // 8 + 1) * 6400, 9)
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 2**26, 9))
    png, gif = picture(), picture("image/gif")
    sized = gif[:6] + b"\xff\xff\xff\xff" + gif[10:]
    return {
        "png of 40.96 megapixels": ("image/png", png_of(6400, 6400, pixels=rows), Fault.TOO_MANY_PIXELS),
        "png that says it is huge": ("image/png", png_of(2**31 - 1, 2**31 - 1), Fault.TOO_MANY_PIXELS),
        "png of a line": ("image/png", png_of(50_000_000, 1), Fault.TOO_MANY_PIXELS),
        "png of no height": ("image/png", png_of(10, 0), Fault.DAMAGED),
        "png with a bomb in its words": ("image/png", png[:33] + text + png[33:], Fault.DAMAGED),
        "gif of 65,535 a side": ("image/gif", sized, Fault.TOO_MANY_PIXELS),
        "too many bytes": ("image/png", picture() + b"\0" * MAX_BYTES, Fault.TOO_LARGE),
    }


@pytest.mark.parametrize("name", bombs())
def test_a_bomb_is_rejected_before_it_goes_off(name: str) -> None:
    content_type, content, expected = bombs()[name]
    started = time.perf_counter()
    assert fault(content, content_type) == expected
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("content_type", KINDS)
@pytest.mark.parametrize("kept", [9, 16, 40, 0.5, 0.9])
def test_what_ends_early_is_rejected(content_type: str, kept: float) -> None:
    whole = picture(content_type, (640, 480))
    cut = whole[: int(kept if kept > 1 else len(whole) * kept)]
    assert fault(cut, content_type) in {Fault.DAMAGED, Fault.NOT_A_PICTURE}


@pytest.mark.parametrize("content_type", KINDS)
def test_whatever_is_spoilt_is_rejected_or_drawn_and_never_raises_anything_else(content_type: str) -> None:
    whole = picture(content_type, (48, 48))
    outcomes: set[Any] = set()
    for place in range(0, len(whole), max(1, len(whole) // 150)):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0xFF
        try:
            outcomes.add(len(draw(bytes(spoilt), content_type)))
        except Rejected as rejected:
            outcomes.add(rejected.fault)
    assert outcomes <= {3, *Fault}
    assert len(outcomes) > 1


def test_the_figures() -> None:
    print(f"uploads: {len(polyglots())} polyglots, {len(disguised()) * len(KINDS)} disguises, {len(bombs())} bombs")
    assert len(polyglots()) + len(disguised()) * len(KINDS) + len(bombs()) >= 60
