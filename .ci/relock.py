"""Renew `uv.lock` and take the registry's addresses out of it.

The lock fixes versions and hashes; where the files come from is each machine's own setting
(a school's mirror, a proxy), so no address is committed. See docs/decisions/0002-lock.md.
"""

import re
import subprocess
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "uv.lock"


def without_addresses(lock: str) -> str:
    """The lock's text with every download address cut down to its file name."""
    lock = re.sub(r'url = "https?://[^"]*/([^"/]+)"', r'path = "\1"', lock)
    return re.sub(r'registry = "https?://[^"]+"', 'registry = "index"', lock)


def main() -> None:
    """Resolve anew, then write the lock back without addresses."""
    LOCK.unlink(missing_ok=True)
    subprocess.run(["uv", "lock"], cwd=LOCK.parent, check=True)
    LOCK.write_text(without_addresses(LOCK.read_text()))


if __name__ == "__main__":
    main()
