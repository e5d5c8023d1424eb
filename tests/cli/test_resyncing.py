"""The preview of a resync, from outside."""

import pytest


def test_resync_preview(audited):
    """A summary, warnings, each resource with its schools, at 80 columns."""
    done = audited.run("resync-preview")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("What a resync would do\n")
    assert max(map(len, done.stdout.splitlines())) <= 80
    document = audited.answer("resync-preview", "sections")
    assert [one["resource"] for one in document["resources"]] == ["sections"]


def test_a_renamed_course(audited):
    """Several renames are told at once, in the order of posting."""
    document = audited.answer(
        "resync-preview", "--rename", "course:MTH-09=MTH-9", "--rename", "course:ENG-09=ENG-9",
        "--school", "101320",
    )  # fmt: skip
    assert document["school"]["school_id"] == 101320
    assert [one["resource"] for one in document["resources"]][:2] == ["courseOfferings", "sections"]
    assert document["resources"][0]["reach"]["deleted"] > 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["students"], "Choose one of courseOfferings, sections,"),
        (["--rename", "course:ENG-9=X"], "Is it one of these: ENG-09"),
        (["--rename", "ENG-09=X"], "Write --rename course:OLD=NEW"),
        (["sections", "--rename", "course:ENG-09=X"], "Leave out sections, or --rename."),
        (["--school", "Nowhere"], "The run has no school 'Nowhere'."),
    ],
)
def test_what_cannot_be_previewed(audited, arguments, says):
    """Exit status 2, and the next step."""
    done = audited.run("resync-preview", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""
