"""Checks of an ODS and stores of these tests' own."""

import pytest

from edfi_audit.ods.check import Check, Sight
from edfi_audit.ods.manifest import Scope
from edfi_audit.ods.resources import RESOURCES
from edfi_audit.store import Store

DISTRICT = {"education_organization_id": 100417, "name_of_institution": "Synthetic District"}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def seen():
    """Makes the check of a 7.3 that a district's key reads; `lacking` gives verdicts by name."""

    def make(lacking=None, **changed):
        verdicts = lacking or {}
        sights = tuple(
            Sight(one.name, verdicts[one.name], gap=f"no {one.name}")
            if one.name in verdicts
            else Sight(one.name, rows=5)
            for one in RESOURCES
        )
        given = {
            "base_url": "https://ods.example",
            "api_version": "7.3",
            "data_models": (),
            "mode": "shared_instance",
            "school_year": 2026,
            "change_queries": True,
            "scope": Scope(education_organizations=(DISTRICT,)),
            "resources": sights,
            "faults": (),
            "warnings": (),
            "schools": {1301: 100417, 1302: 100417, 9001: 100999},
        }
        return Check(**(given | changed))

    return make
