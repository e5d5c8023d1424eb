import importlib.util
import json
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import duckdb
import pytest


@dataclass(frozen=True)
class Table:
    """What validation needs to know of an audit table."""

    name: str
    resource: str = "studentSectionAssociations"
    keys: dict = field(
        default_factory=lambda: {
            "studentSectionAssociations": ("school_id", "section_identifier", "student_unique_id")
        }
    )
    row: tuple = ()


def meta_of(rule, **more):
    return {
        "id": rule,
        "title": f"Title of {rule}",
        "flag": None,
        "severity": "error",
        "profiles": ["WI"],
        "needs": ["ods.student_section_associations"],
        "source": {"file": "wi-student-section-association", "phrase": "endDate REQ'D"},
        "confidence": "explicit",
        "observed": "as found",
        "expected": "as it should be",
        "cause_key": None,
        "cause": None,
        "remedy": "Mend it.",
        "screen": None,
        "message": None,
        **more,
    }


@pytest.fixture
def meta():
    """The meta of a rule, as the contract of suites asks for it."""
    return meta_of


@pytest.fixture
def table():
    """A stand-in for an audit table's catalogue entry."""
    return Table


@pytest.fixture
def con():
    """An in-memory DuckDB with the schema `audit`."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA audit")
    yield connection
    connection.close()


@pytest.fixture
def write_suite(tmp_path):
    """Writes a suite file the way Great Expectations stores it, ids and all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx

    def write(name, *expectations):
        folder = tmp_path / "expectations"
        folder.mkdir(exist_ok=True)
        suite = gx.ExpectationSuite(name, expectations=list(expectations)).to_json_dict()
        for each in suite["expectations"]:
            each["id"] = str(uuid4())
        path = folder / f"{name}.json"
        path.write_text(json.dumps(suite, indent=2), encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def stock():
    """The module that compares with Great Expectations' own pandas engine."""
    spec = importlib.util.spec_from_file_location("stock", Path(__file__).with_name("stock.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
