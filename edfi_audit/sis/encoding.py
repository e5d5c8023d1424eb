"""Which encoding a text file is in, decided from all of it before any of it is used."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from edfi_audit.errors import ExtractError

__all__ = ["detect"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_BLOCK = 1 << 20
_SAVE_AS = "Save it as UTF-8 (in Excel: CSV UTF-8)."


def detect(path: Path, file: str) -> str:
    """The Python name of the encoding of `path`, called `file` in messages.

    A byte-order mark decides; without one the file is UTF-8 if all of it is, else Windows-1252.
    A file that is neither, that mixes the two or that holds a NUL character is an `ExtractError`
    that names the line.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    for mark, name, checked in _MARKS:
        if start.startswith(mark):
            _refuse(file, _first_bad_line(path, checked, file), name.removesuffix("-sig").upper())
            return name
    line = _first_bad_line(path, "utf-8", file)
    if line is None:
        return "utf-8"
    if _is_mostly_utf8(path):
        _refuse(file, line, "UTF-8")
    _refuse(file, _first_bad_line(path, "cp1252", file), "UTF-8 or Windows-1252")
    return "cp1252"


def _refuse(file: str, line: int | None, name: str) -> None:
    if line is not None:
        raise ExtractError(f"{file}, line {line} is not {name} text.", next_step=_SAVE_AS)


def _first_bad_line(path: Path, encoding: str, file: str) -> int | None:
    """The number of the first line that does not decode; an error at a NUL character."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    for block, last in _blocks(path):
        try:
            text = decoder.decode(block, final=last)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(encoding, "ignore")
            return lines + good.count("\n")
        if "\0" in text:
            line = lines + text.partition("\0")[0].count("\n")
            raise ExtractError(f"{file}, line {line} holds a NUL character.", next_step=_SAVE_AS)
        lines += text.count("\n")
    return None


def _is_mostly_utf8(path: Path) -> bool:
    """Whether more characters beyond ASCII are valid UTF-8 than are not."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    for block, last in _blocks(path):
        text = decoder.decode(block, final=last)
        beyond = len(text) - len(text.encode("ascii", "ignore"))
        wrong = text.count("\ufffd")
        good, bad = good + beyond - wrong, bad + wrong
    return good > bad


def _blocks(path: Path) -> Iterator[tuple[bytes, bool]]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block, False
    yield b"", True
