"""OneRoster as an extract: recognised by its files, and brought to Campus's tables row by row."""

import zipfile
from datetime import date

import pytest

from edfi_audit.errors import ExtractError
from edfi_audit.sis import ExtractManifest

FILES = {
    "manifest.csv": """\
propertyName,value
manifest.version,1.0
oneroster.version,1.1
file.enrollments,bulk
file.demographics,absent
""",
    "orgs.csv": """\
sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
d1,,,Synthetic District,district,48856,
s1,,,Synthetic High,school,1302,d1
""",
    "academicSessions.csv": """\
sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
y26,,,2025-26,schoolYear,2025-08-20,2026-06-05,,2026
fall,,,Fall,semester,2025-08-20,2025-12-20,y26,2026
spring,,,Spring,term,2026-01-05,2026-06-05,y26,
q1,,,Quarter 1,gradingPeriod,2025-08-20,2025-10-20,fall,2026
""",
    "courses.csv": """\
sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId
c1,,2025-08-01T06:00:00.000Z,y26,Algebra,ALG-1,"09,10",d1
""",
    "classes.csv": """\
sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,\
schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
k1,,,Algebra 1,,c1,01,scheduled,,s1,"fall, spring",,,1
k2,,,Algebra 2,,c1,02,scheduled,,s1,y26,,,2
k3,tobedeleted,,Algebra 3,,c1,03,scheduled,,s1,fall,,,3
k4,,,Algebra 4,,c1,04,scheduled,,s1,unknown,,,3
""",
    "enrollments.csv": """\
sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,\
beginDate,endDate
e1,,,k1,s1,u1,student,false,2025-09-02,2025-12-20
e2,,,k1,s1,u2,teacher,true,,
e3,,,k1,s1,u3,teacher,false,2025-10-01,
e4,,,k1,s1,u4,aide,false,,
e5,,,k2,s1,u1,student,,,
e6,tobedeleted,,k2,s1,u5,student,,,
""",
    "users.csv": """\
sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,\
familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password
u1,,,true,s1,student,u1,,Synthetic,Student,,1111111111,,,,,09,
u2,,,true,s1,teacher,u2,,Synthetic,Teacher,,2222222222,,,,,,
u3,,,true,s1,teacher,u3,,Synthetic,Teacher,,3333333333,,,,,,
u4,,,true,s1,aide,u4,,Synthetic,Aide,,,,,,,,
u5,,,true,s1,student,u5,,Synthetic,Student,,5555555555,,,,,10,
""",
}


@pytest.fixture
def oneroster(extract):
    """A folder with the files above."""
    for name, text in FILES.items():
        extract.write(name, text)
    return extract


def changed(extract, name, old, new):
    assert old in FILES[name]
    return extract.write(name, FILES[name].replace(old, new))


def test_the_layout_is_told_by_the_files_names(oneroster):
    """The manifest names the layout, the files read, and what OneRoster has no word for."""
    manifest = oneroster.load()
    assert manifest.layout == "oneroster"
    assert manifest.sources["enrollments"].rows == 6
    assert manifest.ignored_files == ("manifest.csv",)
    assert "course.active" in manifest.waived
    assert ExtractManifest.read(oneroster.store.sis("sis")) == manifest


def test_schools_and_calendars(oneroster):
    """A district is no school; a school has a calendar per school year of its classes."""
    oneroster.load()
    assert oneroster.rows("school", "schoolID, number, edfiNumber") == [("s1", "1302", None)]
    assert oneroster.rows("calendar", "calendarID, schoolID, endYear, exclude") == [
        ("s1:2026", "s1", "2026", None)
    ]
    assert oneroster.rows("trial", "trialID, active") == [("s1:2026", True)]


def test_classes_and_their_terms(oneroster):
    """A class of the whole year is in each of its terms, one of an unknown session in none."""
    oneroster.load()
    assert oneroster.rows("section", "sectionID, courseID, trialID, number") == [
        ("k1", "c1@s1:2026", "s1:2026", "01"),
        ("k2", "c1@s1:2026", "s1:2026", "02"),
        ("k4", "c1@s1:2026", "s1:2026", "04"),
    ]
    assert oneroster.rows("sectionPlacement", "sectionID, termID, periodID") == [
        ("k1", "fall", None),
        ("k1", "spring", None),
        ("k2", "fall", None),
        ("k2", "spring", None),
    ]
    assert oneroster.rows("term", "termID, name, startDate") == [
        ("fall", "Fall", date(2025, 8, 20)),
        ("spring", "Spring", date(2026, 1, 5)),
    ]
    assert oneroster.rows("course", "courseID, number, name, active") == [
        ("c1@s1:2026", "ALG-1", "Algebra", None)
    ]


def test_who_sits_and_who_teaches(oneroster):
    """Students are rosters, teachers staff history; aides are neither."""
    oneroster.load()
    assert oneroster.rows("roster", "rosterID, personID, sectionID, startDate, endDate") == [
        ("e1", "u1", "k1", date(2025, 9, 2), date(2025, 12, 20)),
        ("e5", "u1", "k2", None, None),
    ]
    assert oneroster.rows("sectionStaffHistory", "historyID, personID, staffType, role") == [
        ("e2", "u2", "P", None),
        ("e3", "u3", "T", None),
    ]
    assert oneroster.rows("enrollment", "personID, calendarID, grade") == [("u1", "s1:2026", "09")]
    assert oneroster.rows("employmentAssignment", "personID, schoolID") == [
        ("u2", "s1"),
        ("u3", "s1"),
    ]


def test_no_name_of_a_person_is_kept(oneroster):
    """Identifiers are, names are not, and the files as they came are not either."""
    oneroster.load()
    stored = b"".join(oneroster.stored().values())
    assert b"Student" not in stored
    assert not [name for name in oneroster.stored() if "users" in name]
    assert oneroster.rows("person", "personID, edfiID") == [
        ("u1", "1111111111"),
        ("u2", "2222222222"),
        ("u3", "3333333333"),
        ("u4", None),
        ("u5", "5555555555"),
    ]


def test_what_oneroster_does_not_tell_is_absent(oneroster):
    """A gate's column is no column of the extract, though rows that pass the gate are there."""
    tables = oneroster.load().tables
    assert "active" in tables["course"].absent_columns
    assert "role" in tables["sectionStaffHistory"].absent_columns
    assert tables["employmentAssignment"].columns == ("assignmentID",)
    assert tables["section"].file == "classes.csv, academicSessions.csv"


def test_an_alias_names_where_the_unique_id_is(oneroster):
    """OneRoster 1.2 keeps a master identifier beside the local one."""
    text = FILES["users.csv"].replace("identifier,email", "identifier,userMasterIdentifier")
    oneroster.write("users.csv", text.replace("1111111111,", "local-1,1111111111"))
    oneroster.load(aliases={"users.userMasterIdentifier": "identifier"})
    assert oneroster.rows("person", "edfiID")[0] == ("1111111111",)


def test_a_zip_in_a_folder_of_its_own(oneroster, tmp_path):
    """The form in which OneRoster is exchanged."""
    path = tmp_path / "oneroster.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(f"export/{name}", text)
    assert oneroster.load(path).layout == "oneroster"
    assert len(oneroster.rows("section")) == 3


def test_changes_only_are_refused(oneroster):
    """A delta is no roster: what it does not name would look missing."""
    changed(oneroster, "manifest.csv", "file.enrollments,bulk", "file.enrollments,delta")
    with pytest.raises(ExtractError, match=r"enrollments hold changes only \(delta\).*in bulk"):
        oneroster.load()
    assert not oneroster.stored()


def test_a_file_that_is_not_there_leaves_its_tables_out(oneroster):
    """Without users nobody has a unique id, and no table of persons is made up."""
    (oneroster.folder / "users.csv").unlink()
    manifest = oneroster.load()
    assert manifest.absent_tables == ("users", "resourcePreference")
    assert "person" not in manifest.tables
    assert manifest.tables["section"].rows == 3


def test_a_cell_that_cannot_be_read_is_told(oneroster):
    """By file, row and column of what was delivered."""
    changed(oneroster, "enrollments.csv", "2025-10-01", "in October")
    manifest = oneroster.load()
    assert manifest.unreadable_count == 1
    (cell,) = manifest.sources["enrollments"].unreadable
    assert (cell.row, cell.column) == (4, "beginDate")
