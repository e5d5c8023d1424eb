"""What the first validation of a process costs, and leaves behind."""

import subprocess
import sys

VALIDATE = """
import sys
import duckdb
from pathlib import Path
from edfi_audit.validation import validate

validate(duckdb.connect(), [], [], not_evaluated={}, folder=Path("."))
assert "great_expectations" in sys.modules
assert "rfc3987_syntax" not in sys.modules
import rfc3987_syntax
"""


def test_no_grammar_of_iris_is_built(tmp_path):
    """The package that would build it is hidden during the import, and is there afterwards."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", VALIDATE], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
