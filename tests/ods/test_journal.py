"""The journal: what was stored is there again, and what was torn is cut off and read anew."""

import os
import stat
from pathlib import Path

import orjson
import pyarrow as pa
import pytest

from edfi_audit.ods.journal import Journal

SCHEMA = pa.schema([("id", pa.string())])
STAGE = "sections/walk-0"


def page(*ids):
    """A page with these ids."""
    return pa.record_batch([list(ids)], schema=SCHEMA)


def line(rows):
    """The line of a page, as far as the journal cares."""
    return {"rows": rows, "request": {}}


@pytest.fixture
def folder(tmp_path):
    """The folder of a journal with two pages of one lane and one of another."""
    journal = Journal(tmp_path / "journal")
    journal.learn("survey", {"sections": 5})
    journal.begin(STAGE, [{"kind": "cursor"}, {"kind": "cursor"}])
    journal.store(STAGE, 0, page("a", "b"), line(2))
    journal.store(STAGE, 1, page("c"), line(1))
    journal.store(STAGE, 0, page("d", "e"), line(2))
    journal.close()
    return tmp_path / "journal"


def ids(journal):
    """The ids of all pages."""
    batches = journal.batches(STAGE, SCHEMA)
    return sorted(one for batch in batches for one in batch["id"].to_pylist())


def spool(folder, lane):
    """The file of a lane's pages."""
    return folder / "spool" / STAGE.replace("/", ".") / str(lane)


def lines(folder):
    """The log, parsed."""
    return [orjson.loads(one) for one in (folder / "log.jsonl").read_bytes().splitlines()]


def test_what_was_stored_is_there_again(folder):
    """Facts, stages, lines and pages survive their process, readable by the owner alone."""
    journal = Journal(folder)
    assert journal.facts == {"survey": {"sections": 5}}
    assert (journal.pages, ids(journal)) == (3, ["a", "b", "c", "d", "e"])
    assert [one["rows"] for one in journal.stages[STAGE].lines[0]] == [2, 2]
    modes = {stat.S_IMODE(one.stat().st_mode) for one in folder.rglob("*") if one.is_file()}
    assert modes == {0o600}


def test_it_goes_on_behind_what_was_stored(folder):
    """A page stored after the journal was opened again does not harm those before it."""
    journal = Journal(folder)
    journal.store(STAGE, 0, page("f"), line(1))
    journal.close()
    assert ids(Journal(folder)) == ["a", "b", "c", "d", "e", "f"]


def test_a_torn_line_is_dropped(folder):
    """The last line, cut in the middle, is gone with its page; the log is whole again."""
    log = folder / "log.jsonl"
    log.write_bytes(log.read_bytes()[:-10])
    journal = Journal(folder)
    assert ids(journal) == ["a", "b", "c"]
    assert [one["kind"] for one in lines(folder)] == ["fact", "stage", "page", "page"]
    journal.store(STAGE, 0, page("f"), line(1))
    journal.close()
    assert ids(Journal(folder)) == ["a", "b", "c", "f"]


def test_nothing_after_a_torn_line_counts(folder):
    """A line that is broken in mid-log ends it: what follows may build on what is lost."""
    log = folder / "log.jsonl"
    broken = log.read_bytes().splitlines(keepends=True)
    broken[3] = b"{" + broken[3][5:]
    log.write_bytes(b"".join(broken))
    assert ids(Journal(folder)) == ["a", "b"]


def test_a_torn_page_is_dropped_with_all_after_it(folder):
    """A page whose bytes are not those of its line ends its lane there, and no other."""
    path = spool(folder, 0)
    content = bytearray(path.read_bytes())
    content[lines(folder)[2]["bytes"] // 2] ^= 1
    path.write_bytes(content)
    journal = Journal(folder)
    assert ids(journal) == ["c"]
    assert path.stat().st_size == 0
    assert [one["lane"] for one in lines(folder) if one["kind"] == "page"] == [1]


def test_a_truncated_spool_is_cut_to_its_last_whole_page(folder):
    """Pages that a power cut left out of the spool are read anew, and written where they belong."""
    path = spool(folder, 0)
    os.truncate(path, path.stat().st_size - 1)
    journal = Journal(folder)
    assert ids(journal) == ["a", "b", "c"]
    journal.store(STAGE, 0, page("d", "e"), line(2))
    journal.close()
    assert ids(Journal(folder)) == ["a", "b", "c", "d", "e"]


def test_a_page_without_its_line_is_cut_off(folder):
    """A page that was written before its line could be is overwritten by the next one."""
    with spool(folder, 1).open("ab") as file:
        file.write(b"half a page")
    journal = Journal(folder)
    journal.store(STAGE, 1, page("f"), line(1))
    journal.close()
    assert ids(Journal(folder)) == ["a", "b", "c", "d", "e", "f"]


def test_a_log_that_is_rewritten_is_never_half_there(folder, monkeypatch):
    """The clean log takes the old one's place at once, after it is on the disk."""
    log = folder / "log.jsonl"
    log.write_bytes(log.read_bytes()[:-10])
    before, done, rename = log.read_bytes(), [], Path.rename

    def replace(staged, target):
        assert done == [staged.stat().st_ino]
        assert target.read_bytes() == before
        rename(staged, target)

    monkeypatch.setattr(os, "fsync", lambda descriptor: done.append(os.fstat(descriptor).st_ino))
    monkeypatch.setattr(Path, "replace", replace)
    assert Journal(folder).pages == 2
    assert len(lines(folder)) == 4


def test_pages_are_forced_to_the_disk_before_the_lines_that_tell_of_them(folder, monkeypatch):
    """A line on the disk has its page there."""
    done = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: done.append(os.fstat(descriptor).st_ino))
    journal = Journal(folder)
    journal.store(STAGE, 0, page("f"), line(1))
    journal.store(STAGE, 1, page("g"), line(1))
    journal.close()
    assert set(done[:-1]) == {spool(folder, lane).stat().st_ino for lane in (0, 1)}
    assert done[-1] == (folder / "log.jsonl").stat().st_ino


def test_a_stage_that_became_files_lets_its_pages_go(folder):
    """Its lines stay, for they are the evidence; a stage that is dropped leaves nothing."""
    journal = Journal(folder)
    journal.built(STAGE)
    journal.close()
    again = Journal(folder)
    assert (again.stages[STAGE].built, again.pages) == (True, 3)
    assert not spool(folder, 0).parent.exists()
    again.drop(STAGE)
    again.close()
    assert STAGE not in Journal(folder).stages


def test_rows_that_were_given_up_are_counted(folder):
    """Only a part of one row is a row left out; a larger one was halved."""
    journal = Journal(folder)
    for rows in (10, 5, 1, 1):
        journal.gave_way(STAGE, 0, {"rows": rows})
    journal.close()
    assert Journal(folder).stages[STAGE].given_up == 2
