"""Final grading tasks: without one, Campus sends none of a section's students."""

import pytest
from campus import Campus, ods, section_key
from proof import World

FINAL = {"stateReported": True, "edfiGradeType": "Final"}


def rostered(*sections, **terms):
    """A Campus with sections of one student each."""
    campus = Campus()
    campus.student("1")
    for name in sections:
        campus.section(name, terms.get(name, ("Fall",)))
        campus.takes(name, "1")
    return campus


def graded(campus, section, task, **columns):
    """Give the section's course a grading task of its own."""
    campus.add("gradingTask", taskID=task, **columns)
    campus.add("courseGradingTask", courseID=f"{section}-course", taskID=task)


def prove_tasks(prove, campus, **expected):
    return prove("WIX-002", by="section_identifier", ods=ods(), sis=campus.sis, **expected)


def test_a_rostered_section_has_a_final_grading_task(prove):
    """WIX-002: state reported, of grade type Final, not excluded; one such task is enough."""
    campus = rostered(
        "final", "lower case", "two tasks", "local", "midterm", "excluded", "no task", "scored",
        "not placed", "nobody", **{"not placed": ()},
    )  # fmt: skip
    campus.sis["roster"] = [row for row in campus.sis["roster"] if row["sectionID"] != "nobody"]
    graded(campus, "final", "1", **FINAL)
    graded(campus, "lower case", "2", stateReported=True, edfiGradeType=" final ")
    graded(campus, "two tasks", "3", **FINAL, excludeEdfi=False)
    graded(campus, "two tasks", "4", stateReported=False, edfiGradeType="Midterm")
    graded(campus, "local", "5", stateReported=False, edfiGradeType="Final")
    graded(campus, "midterm", "6", stateReported=True, edfiGradeType="Midterm")
    graded(campus, "excluded", "7", **FINAL, excludeEdfi=True)
    campus.add("gradingScore", sectionID="scored", personID="1", taskID="1", score=None)
    findings = prove_tasks(
        prove,
        campus,
        fails=dict.fromkeys(["local", "midterm", "excluded", "no task"], "warning"),
        passes=["final", "lower case", "two tasks", "scored"],
    )
    assert {finding["cause"] for finding in findings if "no task" in finding["natural_key"]} == {
        "Course no task-course has no Final grading task"
    }


def test_a_section_of_two_sessions_is_absent_in_both(prove):
    """WIX-002 is about the section of each session, as the ODS would have it."""
    campus = rostered("local", "final", local=("Fall", "Spring"))
    graded(campus, "local", "1", stateReported=False, edfiGradeType="Final")
    graded(campus, "final", "2", **FINAL)
    world = prove(
        "WIX-002",
        by="session_name",
        ods=ods(sections=[section_key("local")]),
        sis=campus.sis,
        fails={"Fall": "warning", "Spring": "warning"},
        passes=["Fall"],
    )
    assert {finding["school_id"] for finding in world} == {1302}


@pytest.mark.parametrize("linked", ["courseGradingTask", "gradingScore"])
def test_a_link_to_the_sections_is_needed(tmp_path, linked):
    """Without tasks by course, a section without any score is not judged (null)."""
    campus = rostered("with", "without")
    campus.add("gradingTask", taskID="1", **FINAL)
    if linked == "courseGradingTask":
        campus.add(linked, courseID="with-course", taskID="1")
    else:
        campus.add(linked, sectionID="with", personID="1", taskID="1")
    rows = World.of(tmp_path, ods(), campus.sis).rows("grading_tasks")
    assert {row["section_identifier"]: row["gate_final_task"] for row in rows} == {
        "with": True,
        "without": False if linked == "courseGradingTask" else None,
    }


@pytest.mark.parametrize(
    ("campus_table", "column"), [("gradingTask", None), ("gradingTask", "edfiGradeType")]
)
def test_grading_tasks_are_needed(tmp_path, campus_table, column):
    """WIX-002 has a reason not to be evaluated without them."""
    campus = rostered("any")
    if column:
        graded(campus, "any", "1", **FINAL)
    world = World.of(
        tmp_path, ods(), campus.sis, lacking=[f"{campus_table}.{column}"] if column else []
    )
    assert world.inputs.reason_for([f"sis.{campus_table}.edfiGradeType"])
