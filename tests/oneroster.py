"""A synthetic district's extract as a OneRoster export of the same schools would have it.

Only what a rostering export holds: active courses of schools and calendars that are not excluded,
students who came. Columns beyond those an audit reads are left out.
"""

import csv
from collections import defaultdict


def write(world, folder):
    """Write the export of a generated world into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in _tables(world.sis, set(_primary(world))).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def _primary(world):
    """(section, person) of those who teach a section as its Teacher of Record by the extract."""
    by_id = {person["edfiID"]: person["personID"] for person in world.sis["person"]}
    for lesson in world.derived.classes:
        for link in lesson.resolved:
            override = lesson.section["teacherOverride"] or lesson.course["teacherOverride"]
            person = link.source.get("personID") or by_id[override]
            yield lesson.section["sectionID"], person


def _tables(sis, primary):
    schools = {row["schoolID"]: row for row in sis["school"] if not row["exclude"]}
    calendars = {
        row["calendarID"]: row
        for row in sis["calendar"]
        if row["schoolID"] in schools and not row["exclude"] and not row["summerSchool"]
    }
    courses = {
        row["courseID"]: row
        for row in sis["course"]
        if row["calendarID"] in calendars and row["active"] and not row["stateExclude"]
    }
    trials = {row["trialID"] for row in sis["trial"] if row["active"]}
    sections = {
        row["sectionID"]: row
        for row in sis["section"]
        if row["courseID"] in courses and row["trialID"] in trials
    }
    terms = {row["termID"]: row for row in sis["term"]}
    placed = defaultdict(set)
    for row in sis["sectionPlacement"]:
        placed[row["sectionID"]].add(row["termID"])
    years = sorted({row["endYear"] for row in calendars.values()})
    used = {term for section in sections for term in placed[section]}
    year_of = {
        term: calendars[courses[sections[section]["courseID"]]["calendarID"]]["endYear"]
        for section in sections
        for term in placed[section]
    }
    grades = {row["personID"]: row["grade"] for row in sis["enrollment"]}
    return {
        "manifest": [{"propertyName": "oneroster.version", "value": "1.1"}],
        "orgs": [_org(row) for row in schools.values()],
        "academicSessions": [
            *(_session(f"Y{year}", year, "schoolYear", year) for year in years),
            *(_term(terms[term], year_of[term]) for term in sorted(used)),
        ],
        "courses": [
            {"sourcedId": row["courseID"], "title": row["name"], "courseCode": row["number"]}
            for row in courses.values()
        ],
        "classes": [
            {
                "sourcedId": row["sectionID"],
                "courseSourcedId": row["courseID"],
                "classCode": row["number"],
                "schoolSourcedId": calendars[courses[row["courseID"]]["calendarID"]]["schoolID"],
                "termSourcedIds": ",".join(sorted(placed[row["sectionID"]])),
            }
            for row in sections.values()
        ],
        "enrollments": [*_students(sis, sections), *_teachers(sis, sections, primary)],
        "users": [
            {
                "sourcedId": row["personID"],
                "identifier": row["edfiID"] or "",
                "grades": grades.get(row["personID"], ""),
            }
            for row in sis["person"]
        ],
        "resourcePreference": [
            {key: row[key] for key in ("resource", "element", "campusCode", "edfiCode")}
            for row in sis["resourcePreference"]
            if row["resource"] == "sessions"
        ],
    }


def _org(row):
    return {
        "sourcedId": row["schoolID"],
        "status": "",
        "name": row["name"],
        "type": "school",
        "identifier": row["edfiNumber"] or row["number"],
    }


def _session(key, title, kind, year, **dates):
    named = {"sourcedId": key, "status": "active", "title": title, "type": kind}
    return {**named, "startDate": "", "endDate": "", "schoolYear": year, **dates}


def _term(row, year):
    dates = {name: row[name].isoformat() for name in ("startDate", "endDate")}
    return _session(row["termID"], row["name"], "term", year, **dates)


def _students(sis, sections):
    gone = {row["personID"] for row in sis["enrollment"] if row["noShow"] or row["stateExclude"]}
    for row in sis["roster"]:
        if row["sectionID"] in sections and row["personID"] not in gone:
            yield _enrollment(f"r{row['rosterID']}", row, "student", "false")


def _teachers(sis, sections, primary):
    others = set(primary)
    for row in sis["sectionStaffHistory"]:
        if row["sectionID"] in sections and row["staffType"] in {"P", "T"}:
            pair = row["sectionID"], row["personID"]
            others.discard(pair)
            yield _enrollment(f"t{row['historyID']}", row, "teacher", str(pair in primary).lower())
    for place, (section, person) in enumerate(sorted(others)):
        if section in sections:  # a teacher whom an override names
            row = {"sectionID": section, "personID": person, "startDate": "", "endDate": ""}
            yield _enrollment(f"o{place}", row, "teacher", "true")


def _enrollment(key, row, role, primary):
    return {
        "sourcedId": key,
        "classSourcedId": row["sectionID"],
        "userSourcedId": row["personID"],
        "role": role,
        "primary": primary,
        "beginDate": row["startDate"] or "",
        "endDate": row["endDate"] or "",
    }
