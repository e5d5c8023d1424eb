"""The stand-in ODS from the command line: scripts of faults, and where it puts its paths."""

import json

import pytest


def write(folder, *rules):
    """A script file with these rules."""
    path = folder.path / "faults.json"
    path.write_text(json.dumps(rules))
    return path


def test_a_script_of_faults_befalls_a_pull(folder, world, serve):
    """The pages it names are refused as often as it says, and the pull gets over it."""
    busy = {"kind": "status", "status": 429, "retry_after": 0}
    lost = {"kind": "status", "status": 403}
    script = write(
        folder,
        {"fault": busy, "resource": "sections", "request": 2, "times": 2},
        {"fault": lost, "resource": "grades"},
    )
    with serve("--data", world / "ods", "--script", script) as base_url:
        folder.connect(base_url)
        done = folder.run("pull", "--json")
    resources = json.loads(done.stdout)["resources"]
    assert done.returncode == 3
    assert resources["grades"]["verdict"] == "denied"
    assert resources["sections"]["verdict"] == "verified"
    assert sum(part["retries"] for part in resources.values()) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "is not right: it is no JSON"),
        ('[{"fault": {"kind": "drob"}}]', "drob in rule 1 is no kind of fault; did you mean drop?"),
        ('[{"fault": {"kind": "drop"}, "resource": "section"}]', "about section, which is not"),
    ],
)
def test_a_wrong_script_is_one_sentence(folder, world, text, says):
    """Nothing is served; the sentence names what is wrong and the status is 2."""
    (folder.path / "faults.json").write_text(text)
    done = folder.run("sandbox", "--data", world / "ods", "--port", 0, "--script", "faults.json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.startswith("edfi-audit: ")
    assert done.stderr.count("\n") == 1


def test_a_missing_script_is_named(folder, world):
    """A file that is not there is a usage error."""
    done = folder.run("sandbox", "--data", world / "ods", "--port", 0, "--script", "no.json")
    assert done.returncode == 2
    assert "no.json cannot be read: No such file" in done.stderr


def test_a_tenant_and_a_year_stand_in_its_paths(folder, world, serve):
    """It is pulled from with the mode, the tenant and the year in the settings, not without."""
    options = ("--data", world / "ods", "--tenant", "d13", "--year", 2026)
    with serve(*options) as base_url:
        folder.connect(base_url, mode="tenant")
        assert "Set tenant in the connection" in folder.run("pull").stderr
        folder.connect(base_url, mode="tenant", tenant="d13")
        assert folder.answer("pull")["resources"]["sections"]["verdict"] == "verified"
