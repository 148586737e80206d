"""Drawing a picture anew with Pillow: what is kept are its pixels alone."""

from __future__ import annotations

import struct
import warnings
import zlib
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.model.attached import JPEG, PNG, Dangerous, UnknownKind, Why

#: The longer side of what is kept, in pixels: enough to read a page of a form.
LONGEST_SIDE = 4096
#: A picture of more pixels is not decoded. The cameras of phones make up to 50 million unless they are asked for more.
MOST_PIXELS = 90_000_000
#: Formats that are read, whatever else Pillow knows: its readers of rare ones have had the most faults.
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 85
#: What its readers raise on content that is none: https://pillow.readthedocs.io has no closed list.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    AttributeError,
    struct.error,
    zlib.error,
    UnidentifiedImageError,
)


def redrawn(content: bytes) -> tuple[str, bytes]:
    """Return the type and the content of the picture drawn anew: PNG where it is one or lets something shine through, else JPEG.

    Of an animation the first picture is kept. Raises `Dangerous` for one that is broken or far larger than it seems.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # of EXIF data that is broken: it goes anyway
            return _redrawn(content)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Dangerous(Why.TOO_LARGE) from None
    except _BROKEN:
        raise UnknownKind(Why.BROKEN) from None


def _redrawn(content: bytes) -> tuple[str, bytes]:
    with Image.open(BytesIO(content), formats=_FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise Dangerous(Why.TOO_LARGE)
        as_png = opened.format == "PNG"
        # First: of a large photo no more is decoded than is kept.
        opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        drawn = _pixels(ImageOps.exif_transpose(opened))
    out = BytesIO()
    if as_png or drawn.mode == "RGBA":
        drawn.save(out, "PNG")
        return PNG, out.getvalue()
    drawn.save(out, "JPEG", quality=_QUALITY)
    return JPEG, out.getvalue()


def _pixels(picture: Image.Image) -> Image.Image:
    """Return the pixels in a mode that both formats hold, on a fresh picture: what else hung on the old one is left behind."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        mode = "RGBA"
    else:
        mode = "L" if picture.mode in ("1", "L", "I", "F") or picture.mode.startswith("I;") else "RGB"
    converted = picture.convert(mode)
    fresh = Image.new(mode, converted.size)
    fresh.paste(converted)
    return fresh
