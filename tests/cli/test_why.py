"""`edfi-audit why`: the answer, the candidates, and what an unknown key looks like."""

import json

import duckdb


def test_a_section_is_told_in_text_and_in_json(audited):
    """By its Campus sectionID, which is one section's alone."""
    document = audited.answer("why", '{"sectionID":"20001"}')
    assert document["subject"]["kind"] == "section"
    assert {one["resource"] for one in document["records"]} >= {"courseOfferings", "sections"}
    done = audited.run("why", '{"sectionID":"20001"}')
    assert done.returncode == 0
    assert done.stdout.startswith("Section ")
    assert "Send gates, in order: section" in done.stdout
    assert "Teacher of Record" in done.stdout


def at_two_schools(audited):
    """A section identifier of two schools."""
    (file,) = audited.path.glob("store/runs/*/tables/section_sessions.parquet")
    return duckdb.execute(
        "SELECT section_identifier FROM read_parquet($1) GROUP BY ALL"
        " HAVING count(DISTINCT school_id) = 2 ORDER BY 1 LIMIT 1",
        [str(file)],
    ).fetchall()[0][0]


def test_a_key_of_several_things_lists_them_and_leaves_with_2(audited):
    """Each with the key that means it alone; --school and --kind choose."""
    key = at_two_schools(audited)
    done = audited.run("why", key, "--kind", "section")
    assert done.returncode == 2
    assert done.stdout.startswith("The key may mean ")
    listed = json.loads(audited.run("why", key, "--kind", "section", "--json").stdout)["candidates"]
    for one in listed:
        chosen = audited.answer("why", key, "--kind", "section", "--school", one["school_id"])
        again = audited.answer("why", json.dumps(one["key"]))
        assert chosen["subject"]["title"] == again["subject"]["title"] == one["title"]
    done = audited.run("why", key, "--kind", "student")
    assert done.returncode == 2
    assert "of kind student" in done.stderr


def test_an_unknown_key_is_one_sentence(audited):
    """Where was looked, and what to try; the key is not repeated."""
    done = audited.run("why", "no such thing")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "section identifiers" in done.stderr
    assert "no such thing" not in done.stderr
