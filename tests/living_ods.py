"""A synthetic district whose ODS goes on living after it was pulled."""

import copy
import json
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from edfi_audit import Audit
from edfi_audit.sandbox.server import Options, Sandbox, running

SECTION = ("schoolId", "schoolYear", "sessionName", "localCourseCode", "sectionIdentifier")


@dataclass(frozen=True)
class District:
    """The served ODS, and the audit of it; nothing is pulled yet."""

    sandbox: Sandbox
    audit: Audit

    def taught(self):
        """The keys of sections with students and staff, in order."""
        keys = {tuple(row["sectionReference"][name] for name in SECTION)
                for row in self.sandbox.rows("studentSectionAssociations")}  # fmt: skip
        return sorted(
            keys & {tuple(row["sectionReference"][name] for name in SECTION)
                    for row in self.sandbox.rows("staffSectionAssociations")}
        )  # fmt: skip

    def section(self, key):
        """The section with this key."""
        return next(row for row in self.sandbox.rows("sections") if _key(row) == key)

    def of(self, resource, key):
        """The associations of a resource with the section."""
        return [
            row
            for row in self.sandbox.rows(resource)
            if tuple(row["sectionReference"][name] for name in SECTION) == key
        ]

    def drop(self, resource, *rows):
        """Delete rows; what was deleted can be put back with `put`."""
        for row in rows:
            self.sandbox.delete(resource, row["id"])

    def put(self, resource, *rows, **changed):
        """Create rows, with members changed wherever they stand; the ids."""
        return [self.sandbox.upsert(resource, _changed(row, changed)) for row in rows]

    def pull(self):
        """Pull and load; forget what was asked for that."""
        self.audit.pull()
        self.audit.load()
        self.sandbox.forget_requests()


def _key(section):
    reference = section["courseOfferingReference"]
    return (*(reference[name] for name in SECTION[:4]), section["sectionIdentifier"])


def _changed(row, members):
    new = {name: copy.deepcopy(value) for name, value in row.items() if name[0] != "_"}
    new.pop("id", None)
    for holder in (new, *(value for value in new.values() if isinstance(value, dict))):
        holder.pop("link", None)
        holder.update({name: value for name, value in members.items() if name in holder})
    return new


@contextmanager
def living(world, folder, settings="", **options):
    with (
        running(world / "ods", Options(**options)) as sandbox,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("EDFI_AUDIT_TOKEN_DIR", str(folder / "tokens"))
        text = (world / "edfi-audit.toml").read_text(encoding="utf-8")
        text = text.replace("http://127.0.0.1:8765", sandbox).replace('"sis"', f'"{world / "sis"}"')
        text = text.replace("[audit]\n", f"[audit]\n{settings}\n")
        (folder / "edfi-audit.toml").write_text(text, encoding="utf-8")
        yield District(sandbox, Audit.open(folder / "edfi-audit.toml"))


def keys_of(run, rule):
    """The natural keys of a rule's findings."""
    return [json.loads(key) for key in run.findings(rule=rule)["natural_key"]]
