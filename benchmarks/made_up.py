"""Made-up audit tables of a state: 900 schools and 150,000 sections, the same in every run.

A student has fourteen associations, scattered over the sections, and ten digits of an id that no
other has, so that the files are as hard to read as real ones. A program is stated for every
twentieth association. About three rows in a hundred fail a rule. Nothing in them is about a person.
"""

import zlib

import duckdb

ROSTER, SECTIONS, PROGRAMS = TABLES = ("student_section_associations", "sections", "programs")
URI = "uri://dpi.wi.gov/"

WHO = """
    (1000 + s % 900)::BIGINT AS school_id, (100 + s % 900 // 9)::BIGINT AS lea_id,
    2026::INTEGER AS school_year, 'Semester ' || (1 + s % 2) AS session_name,
    'CRS-' || (s % 400) AS local_course_code, 'SEC-' || s AS section_identifier,
    ['in_term', 'after_term', 'after_year'][1 + s % 3] AS phase, s % 900 < 3 AS is_choice"""
STUDENT = "lpad((hash(i // 14, 'student') % 10000000000)::VARCHAR, 10, '0') AS student_unique_id"
SCATTERED = """(SELECT range AS i, (hash(range, 'section') % 150000)::BIGINT AS s
            FROM range({rows}))"""


def one_in(n, then, otherwise):
    """A column that is `then` in one row of `n`, scattered but the same in every run."""
    seed = zlib.crc32(f"{then}{otherwise}".encode())
    return f"CASE WHEN hash(i, {seed}) % {n} = 0 THEN {then} ELSE {otherwise} END"


MADE = {
    ROSTER: f"""
        SELECT {WHO}, {STUDENT},
            {one_in(9000, "NULL", "DATE '2025-09-02' + (i % 5)::INTEGER")} AS begin_date,
            {one_in(150, "NULL", one_in(8000, "DATE '2025-08-01'", "DATE '2026-01-20'"))}
                AS end_date,
            {one_in(100, "NULL", f"'{URI}AttemptStatusDescriptor#Completed'")}
                AS attempt_status_descriptor,
            DATE '2026-01-23' AS session_end_date,
            {one_in(7000, "'begins or ends with a space'", "'ok'")} AS course_code_check,
            {one_in(9000, "'not in /schools'", "'ok'")} AS school_check,
            hash(i, 'year') % 9000 <> 0 AS is_audited_year,
            {one_in(3000, "'not in /sections'", one_in(9000, "NULL", "'ok'"))} AS section_check,
            {one_in(5000, "'not in /sessions'", "'ok'")} AS session_check,
            {one_in(4000, "'not in /students'", "'ok'")} AS student_check,
            hash(i, 'within') % 6000 <> 0 AS is_within_year,
            {one_in(100, "NULL", "hash(i, 'known') % 900 <> 0")} AS attempt_status_is_known,
            {one_in(2000, "'overlaps'", one_in(9000, "NULL", "'none'"))} AS overlap,
            {one_in(3, "NULL", "hash(i, 'all') % 2000 <> 0")} AS has_all_programs
        FROM {SCATTERED}""",
    SECTIONS: f"""
        SELECT {WHO}, 'WI' AS profile, DATE '2025-09-02' AS session_begin_date,
            (hash(i, 'n') % 30)::BIGINT AS association_count,
            (hash(i, 'n') % 30)::BIGINT AS student_count,
            {one_in(80, "0", "1 + (hash(i, 'two') % 5 = 0)::BIGINT")} AS staff_count,
            {one_in(50, "0", "1")} AS teacher_of_record_count,
            {one_in(80, "true", "false")} AS is_unstaffed, 'due' AS staffing_due,
            {one_in(50, "NULL", "hash(i, 'both') % 300 = 0")} AS teachers_of_record_overlap
        FROM (SELECT range AS i, range AS s FROM range(150000))""",
    PROGRAMS: f"""
        SELECT 'studentSectionAssociations' AS resource, {WHO}, {STUDENT},
            DATE '2025-09-02' AS begin_date,
            {one_in(900, "NULL", "100 + s % 900 // 9")}::BIGINT AS education_organization_id,
            {one_in(900, "NULL", "'Program ' || (i % 16)")} AS program_name,
            {one_in(30, "NULL", f"'{URI}ProgramTypeDescriptor#CTE'")} AS program_type_descriptor,
            'programs' AS origin, 'CTE' AS type_code,
            {one_in(30, "NULL", "hash(i, 'type') % 500 <> 0")} AS type_is_known,
            {one_in(30, "NULL", one_in(400, "'too early'", "'allowed'"))} AS type_year_outcome,
            {one_in(30, "NULL", "hash(i, 'ods') % 100 <> 0")} AS program_in_ods,
            {one_in(4, "(hash(i, 'staff') % 20)::BIGINT", "NULL")} AS section_staff_count,
            {one_in(5, "(hash(i, 'tor') % 15)::BIGINT", "NULL")}
                AS section_teacher_of_record_count
        FROM {SCATTERED} WHERE i % 20 = 0""",
}


def make(folder, rows):
    """Write the made-up audit tables."""
    con = duckdb.connect()
    for name, query in MADE.items():
        con.execute(
            f"COPY ({query.format(rows=rows)}) TO '{folder / name}.parquet' "
            "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        )
