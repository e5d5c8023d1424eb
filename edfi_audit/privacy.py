"""Where student data may lie: not in a git work tree that would commit it, nor, unsaid, in a cloud.

Git is asked itself whether it ignores a path. Where it cannot answer (it is not installed, or it
refuses another user's work tree), only a `.gitignore` that ignores everything around the path
counts.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from edfi_audit.errors import StoreError

__all__ = ["PrivacyWarning", "refuse_committed", "sync_warning"]

_SYNCED = re.compile(
    r"onedrive\b.*|dropbox\b.*|google ?drive\b.*|my drive|icloud ?drive|mobile documents"
    r"|cloudstorage|box( sync)?",
    re.IGNORECASE,
)
_IGNORES_SOMETHING, _IGNORES_NOTHING = 0, 1
_SECONDS = 30


class PrivacyWarning(UserWarning):
    """Student data is kept where others may get at it."""


def refuse_committed(root: Path, *paths: Path) -> None:
    """A `StoreError` when git would commit one of `paths`, all below the store `root`.

    None of them need exist.
    """
    root = root.resolve()
    folder = next(one for one in (root, *root.parents) if one.is_dir())
    tree = next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)
    if tree is None:
        return
    what = f"The store {root} lies in the git work tree {tree}"
    ignored = _ignored_by_git(folder, [path.resolve() for path in paths])
    if ignored is None and not _within_ignored(folder, tree):
        raise StoreError(
            f"{what}, and git cannot be asked whether it ignores that.",
            next_step="Set [store] path to a folder outside, or write a .gitignore with the one "
            "line * into the store's folder.",
        )
    if ignored is False:
        line = f"/{root.relative_to(tree).as_posix()}/" if root != tree else "*"
        raise StoreError(
            f"{what} and is not ignored there: student data could be committed.",
            next_step=f"Add the line {line} to {tree / '.gitignore'}, or set [store] path to a "
            "folder outside.",
        )


def sync_warning(folder: Path) -> str | None:
    """A sentence when the path of `folder` looks like one that a cloud service copies."""
    for part in folder.absolute().parts:
        if _SYNCED.fullmatch(part):
            return (
                f"The store {folder} seems to be copied to a cloud service ({part}). It holds "
                "student data: set [store] path to a folder that stays on this computer."
            )
    return None


def _ignored_by_git(folder: Path, paths: Sequence[Path]) -> bool | None:
    """Whether git ignores all of `paths`; None where it cannot tell."""
    program = shutil.which("git")
    if program is None:
        return None
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    asked = "".join(f"{path}\0" for path in paths)
    try:
        done = subprocess.run(  # noqa: S603 - git itself, and no shell
            [program, "check-ignore", "-z", "--stdin"],
            cwd=folder,
            env=environment,
            input=asked,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode not in {_IGNORES_SOMETHING, _IGNORES_NOTHING}:
        return None
    return done.stdout.count("\0") == len(paths)


def _within_ignored(folder: Path, tree: Path) -> bool:
    """Whether a `.gitignore` from `folder` up to `tree` ignores all that lies beside it."""
    around = [one for one in (folder, *folder.parents) if one == tree or tree in one.parents]
    files = (one / ".gitignore" for one in around)
    return any(
        file.is_file() and file.read_text(encoding="utf-8", errors="replace").split() == ["*"]
        for file in files
    )
