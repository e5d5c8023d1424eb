"""A small synthetic ODS, and how a client gets in."""

import json
from pathlib import Path

import httpx

from edfi_audit.sandbox.flavours import flavour_named
from edfi_audit.sandbox.loading import load

SESSION = "2025-2026 Fall"


def _section(number: int, school: int) -> dict[str, object]:
    return {
        "sectionIdentifier": f"S-{number}",
        "courseOfferingReference": {
            "localCourseCode": "ALG-1",
            "schoolId": school,
            "schoolYear": 2026,
            "sessionName": SESSION,
        },
        "locationReference": {"classroomIdentificationCode": f"R{number}", "schoolId": school},
    }


def _roster_row(student: int, section: int, school: int) -> dict[str, object]:
    return {
        "beginDate": "2025-09-02",
        "homeroomIndicator": student % 2 == 0,
        "sectionReference": {
            "localCourseCode": "ALG-1",
            "schoolId": school,
            "schoolYear": 2026,
            "sectionIdentifier": f"S-{section}",
            "sessionName": SESSION,
        },
        "studentReference": {"studentUniqueId": str(student)},
    }


RECORDS: dict[str, list[dict[str, object]]] = {
    "localEducationAgencies": [
        {"localEducationAgencyId": 13, "nameOfInstitution": "Synthetic District"}
    ],
    "schools": [
        {
            "schoolId": school,
            "nameOfInstitution": f"Synthetic School {school}",
            "localEducationAgencyReference": {"localEducationAgencyId": 13},
        }
        for school in (1301, 1302)
    ],
    "students": [{"studentUniqueId": str(number)} for number in range(900012, 900000, -1)],
    "sections": [_section(1, 1301), _section(2, 1302)],
    "studentSectionAssociations": [
        _roster_row(student, 1 if student <= 900008 else 2, 1301 if student <= 900008 else 1302)
        for student in range(900001, 900013)
    ],
}
"""Twelve students in two sections of two schools; students are written in falling order."""


def write(folder: Path, records: dict[str, list[dict[str, object]]]) -> Path:
    """Put each resource's records into its file; returns the folder."""
    for resource, rows in records.items():
        lines = [json.dumps(row) for row in rows]
        (folder / f"{resource}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def served(folder, resource, flavour="7.3", *, links=False):
    """The rows of one resource as they are served from `folder`."""
    collection = load(folder, flavour_named(flavour), links=links).collection(resource)
    return [json.loads(collection.rows[slot]) for slot in collection.order]


def authorise(client: httpx.Client) -> httpx.Client:
    """Give the client a token from wherever the server says its tokens are."""
    root = client.get("/").json()["urls"]["oauth"]
    answer = ask_token(client, root)
    if answer.status_code == 200:
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


def ask_token(client: httpx.Client, url: str = "/oauth/token", **changes: object) -> httpx.Response:
    """A token request as portable clients send it: HTTP Basic and a form body."""
    request = {
        "auth": ("sandbox", "sandbox-secret"),
        "data": {"grant_type": "client_credentials"},
    }
    return client.post(url, **(request | changes))
