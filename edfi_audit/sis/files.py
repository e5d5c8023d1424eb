"""The files of an extract: a folder, or a .zip of one."""

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Protocol

from edfi_audit.errors import ExtractError

__all__ = ["Files", "files"]


class Files(Protocol):
    """`names` of the files; `local` puts one where it can be read, for as long as it is needed."""

    @property
    def names(self) -> list[str]:
        """The names, sorted; those inside a zip with their folders."""

    def local(self, name: str, scratch: Path) -> AbstractContextManager[Path]:
        """The file `name` on disk; what must be unpacked is unpacked below `scratch`."""


def files(path: Path) -> Files:
    """The files of the extract at `path`; an `ExtractError` when it is neither folder nor zip."""
    if path.is_dir():
        return _Folder(path)
    if not path.exists():
        raise ExtractError(
            f"There is no {path}.", next_step="Give the folder of the extract, or a .zip of it."
        )
    if path.suffix.lower() != ".zip":
        raise ExtractError(
            f"{path} is a file.", next_step="Give the folder it lies in, or a .zip of that folder."
        )
    return _Zip(path)


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def names(self) -> list[str]:
        try:
            entries = list(self._path.iterdir())
        except OSError as error:
            raise ExtractError(
                f"{self._path} cannot be read: {error.strerror}.",
                next_step="Check the folder's permissions.",
            ) from error
        return sorted(entry.name + "/" * entry.is_dir() for entry in entries)

    @contextmanager
    def local(self, name: str, scratch: Path) -> Iterator[Path]:  # noqa: ARG002 - in place
        file = self._path / name
        try:
            file.open("rb").close()
        except OSError as error:
            raise ExtractError(
                f"{file} cannot be read: {error.strerror}.",
                next_step="Close it in other programs and check its permissions.",
            ) from error
        yield file


class _Zip:
    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with zipfile.ZipFile(path) as archive:
                self._members = {
                    member.filename.replace("\\", "/"): member.filename
                    for member in archive.infolist()
                    if not member.is_dir()
                }
        except (zipfile.BadZipFile, OSError) as error:
            raise _damaged(path.name) from error
        for name in self._members:
            _refuse_escape(name, path)

    @property
    def names(self) -> list[str]:
        return sorted(self._members)

    @contextmanager
    def local(self, name: str, scratch: Path) -> Iterator[Path]:
        with TemporaryDirectory(prefix=".unpacked-", dir=scratch) as folder:
            # The name on disk is ours: nothing of the archive decides where a file is written.
            unpacked = Path(folder) / "file"
            self._unpack(name, unpacked)
            yield unpacked

    def _unpack(self, name: str, target: Path) -> None:
        try:
            with (
                zipfile.ZipFile(self._path) as archive,
                archive.open(self._members[name]) as packed,
                target.open("wb") as unpacked,
            ):
                shutil.copyfileobj(packed, unpacked, 1 << 20)
        except RuntimeError as error:  # how zipfile says that it needs a password or a method
            raise ExtractError(
                f"{name} in {self._path.name} is encrypted or packed in a way that cannot be read.",
                next_step="Zip the folder again without a password.",
            ) from error
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise _damaged(f"{name} in {self._path.name}") from error


def _refuse_escape(name: str, archive: Path) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in name:
        raise ExtractError(
            f"{archive.name} holds a path that leads out of the archive.",
            next_step="Zip the extract's folder again; do not use this archive.",
        )


def _damaged(what: str) -> ExtractError:
    return ExtractError(
        f"{what} is damaged or not a zip.", next_step="Zip the extract's folder again."
    )
