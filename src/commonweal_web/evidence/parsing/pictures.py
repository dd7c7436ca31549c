"""
Look through PNG and JPEG pictures part by part, without showing them: whole, of a sound size, and nothing else beside.

Layouts after the published descriptions: PNG (W3C, third edition) and JPEG (ITU-T T.81).
"""

from __future__ import annotations

import re
import struct
import zlib

from commonweal.errors import BadFile

PNG_START = b"\x89PNG\r\n\x1a\n"
MOST_PNG_PIXELS = 60_000_000
MOST_JPEG_PIXELS = 250_000_000
PIECE = 1024 * 1024
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = (1, 2, 4, 8, 16)
FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
# Telephones add a second picture or a short film after the first; anything else does not belong there.
MAY_FOLLOW = re.compile(rb"\x00*(?:\Z|\xff\xd8\xff|[\x01-\xff]{1,3}ftyp)", re.DOTALL)
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9


def check_png(data: bytes, name: str) -> None:
    """
    :raises BadFile: if the picture is damaged, far too large when shown, or has something after its end
    """
    at, first, finished = len(PNG_START), True, False
    need = 0
    picture = zlib.decompressobj()
    shown = 0
    while at < len(data) and not finished:
        kind, body = _chunk(data, at, name)
        if first != (kind == b"IHDR"):
            raise damaged(name)
        if first:
            need = _png_bytes(body, name)
            first = False
        elif kind == b"IDAT":
            shown += _inflated(picture, body, need - shown, name)
        finished = kind == b"IEND"
        at += 12 + len(body)
    if not finished or not picture.eof or not shown:
        raise damaged(name)
    if at != len(data):
        raise something_after(name)


def _chunk(data: bytes, at: int, name: str) -> tuple[bytes, bytes]:
    if at + 12 > len(data):
        raise damaged(name)
    length, kind = struct.unpack_from(">I4s", data, at)
    body = data[at + 8 : at + 8 + length]
    if len(body) < length or at + 12 + length > len(data):
        raise damaged(name)
    if struct.unpack_from(">I", data, at + 8 + length)[0] != zlib.crc32(kind + body):
        raise damaged(name)
    return kind, body


def _png_bytes(body: bytes, name: str) -> int:
    """The most bytes that the picture unpacks to, rows with their filter byte, passes counted generously."""
    if len(body) != 13:
        raise damaged(name)
    width, height, depth, colour, packing, filtering, passes = struct.unpack(">IIBBBBB", body)
    if colour not in CHANNELS or depth not in DEPTHS or packing or filtering or passes > 1 or not width or not height:
        raise damaged(name)
    if width * height > MOST_PNG_PIXELS:
        raise too_many_pixels(name, width, height)
    row = (width * depth * CHANNELS[colour] + 7) // 8 + 1
    return row * height * (2 if passes else 1) + 64


def _inflated(engine: zlib._Decompress, body: bytes, most: int, name: str) -> int:
    total = 0
    try:
        rest = body
        while rest and not engine.eof:
            total += len(engine.decompress(rest, PIECE))
            rest = engine.unconsumed_tail
            if total > most:
                raise damaged(name)
    except zlib.error:
        raise damaged(name) from None
    return total


def check_jpeg(data: bytes, name: str) -> None:
    """
    :raises BadFile: if the picture is damaged, far too large when shown, or has a foreign file after its end
    """
    end = _end_of_jpeg(data, name)
    if not MAY_FOLLOW.match(data, end):
        raise something_after(name)


def _end_of_jpeg(data: bytes, name: str) -> int:
    at, framed, scanned = 2, False, False
    while True:
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if at + 2 > len(data) or data[at] != 0xFF:
            raise damaged(name)
        marker = data[at + 1]
        if marker == END_OF_IMAGE:
            if not scanned:
                raise damaged(name)
            return at + 2
        length = struct.unpack_from(">H", data, at + 2)[0] if at + 4 <= len(data) else 0
        if length < 2 or at + 2 + length > len(data):
            raise damaged(name)
        if marker in FRAMES:
            _check_frame(data[at + 4 : at + 2 + length], name)
            framed = True
        at += 2 + length
        if marker == START_OF_SCAN:
            found = NEXT_MARKER.search(data, at)
            if not framed or not found:
                raise damaged(name)
            at, scanned = found.start(), True


def _check_frame(body: bytes, name: str) -> None:
    if len(body) < 6:
        raise damaged(name)
    depth, height, width, parts = struct.unpack_from(">BHHB", body)
    if depth not in (8, 12, 16) or not width or not height or parts not in (1, 3, 4) or len(body) != 6 + 3 * parts:
        raise damaged(name)
    if width * height > MOST_JPEG_PIXELS:
        raise too_many_pixels(name, width, height)


def damaged(name: str) -> BadFile:
    """The error for a picture that is cut short or broken."""
    return BadFile(f"{name} is damaged or cut short. Open the picture, save it again, and add the new file.")


def something_after(name: str) -> BadFile:
    """The error for a picture with another file glued to its end."""
    return BadFile(f"{name} has something else after the end of the picture. Save it again and add the new file.")


def too_many_pixels(name: str, width: int, height: int) -> BadFile:
    """The error for a picture that would need very much memory to show."""
    return BadFile(f"{name} has {width:,} by {height:,} points, more than can be shown safely. Save it smaller.")
