import pytest

from edfi_audit.errors import ExtractError
from edfi_audit.sis.encoding import detect


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"number\n1\n", "utf-8"),
        ("name\nÉlève\n".encode(), "utf-8"),
        (b"\xef\xbb\xbfname\n", "utf-8-sig"),
        (b"name\n\xc9l\xe8ve\n", "cp1252"),
        (b"name\nREN\xc9\x92S \xe9t\xe9\n", "cp1252"),
        (b"\xff\xfen\x00\n\x00", "utf-16"),
        (b"\xfe\xff\x00n\x00\n", "utf-16"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(tmp_path, content, encoding):
    """A mark decides; without one, UTF-8 if all of it is, else Windows-1252."""
    path = tmp_path / "file"
    path.write_bytes(content)

    assert detect(path, "file") == encoding


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name\nok\n\x81\xe9\n", "line 3 is not UTF-8 or Windows-1252 text"),
        ("é\nèà\n".encode() + b"\xe9\n", "line 3 is not UTF-8 text"),
        (b"\xef\xbb\xbfname\n\xe9\n", "line 2 is not UTF-8 text"),
        (b"\xff\xfen\x00\n\x00\x00\xdcn\x00", "line 2 is not UTF-16 text"),
        (b"\xfe\xff\x00n\x00\n\xdc\x00\x00n", "line 2 is not UTF-16 text"),
        (b"\xff\xfen\x00\n\x00n", "line 2 is not UTF-16 text"),
        (b"name\nok\x00\n", "line 2 holds a NUL character"),
        (b"n\x00a\x00\n\x00", "line 1 holds a NUL character"),
    ],
)
def test_what_is_no_text_is_named_by_its_line(tmp_path, content, said):
    """A broken, mixed or binary file is an error with file and line."""
    path = tmp_path / "x"
    path.write_bytes(content)

    with pytest.raises(ExtractError, match=f"course.csv, {said}"):
        detect(path, "course.csv")


def test_a_character_across_two_blocks_is_whole(tmp_path):
    """A character of two bytes may straddle the blocks the file is read in."""
    path = tmp_path / "x"
    path.write_bytes(b"a" * ((1 << 20) - 1) + "é".encode())

    assert detect(path, "x") == "utf-8"
