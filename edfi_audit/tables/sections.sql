-- The sections of the ODS and who teaches them. It starts from the sections, never from staff
-- rows, so that a section without any staff is a row like every other.
-- grain: one row per section
-- resource: sections
-- key: school_id, school_year, session_name, local_course_code, section_identifier
-- inputs: audit.settings, audit.schools, audit.sessions, ods.sections,
--     ods.student_section_associations, ods.staff_section_associations
-- nulls: session_begin_date is null where the session is not in the ODS or has none;
--     teachers_of_record_overlap where there is no Teacher of Record

WITH sections AS (
    SELECT DISTINCT school_id, school_year, session_name, local_course_code, section_identifier
    FROM ods.sections
),

-- ended associations count as well: a roster is audited long after its session
rosters AS (
    SELECT
        school_id, school_year, session_name, local_course_code, section_identifier,
        count(*) AS association_count,
        count(DISTINCT student_unique_id) AS student_count
    FROM ods.student_section_associations
    GROUP BY ALL
),

-- districts write the position in their own namespace: the code after '#' decides
staff_rows AS (
    SELECT
        staff.school_id, staff.school_year, staff.session_name, staff.local_course_code,
        staff.section_identifier, staff.staff_unique_id,
        coalesce(staff.begin_date, DATE '0001-01-01') AS begins,
        coalesce(staff.end_date, DATE '9999-12-31') AS ends,
        coalesce(
            list_contains(
                settings.tor_codes,
                regexp_replace(trim(staff.classroom_position_descriptor), '^.*#', '')
            ),
            false
        ) AS is_teacher_of_record
    FROM ods.staff_section_associations AS staff
    CROSS JOIN audit.settings AS settings
),

staffing AS (
    SELECT
        school_id, school_year, session_name, local_course_code, section_identifier,
        count(DISTINCT staff_unique_id) AS staff_count,
        count(DISTINCT staff_unique_id) FILTER (WHERE is_teacher_of_record)
            AS teacher_of_record_count
    FROM staff_rows
    GROUP BY ALL
),

-- "One record reports per course section for teachers with a role of Teacher of Record": two
-- people hold the role on the same day
together AS (
    SELECT DISTINCT
        one.school_id, one.school_year, one.session_name, one.local_course_code,
        one.section_identifier
    FROM staff_rows AS one
    INNER JOIN staff_rows AS other
        ON other.school_id = one.school_id
        AND other.school_year = one.school_year
        AND other.session_name = one.session_name
        AND other.local_course_code = one.local_course_code
        AND other.section_identifier = one.section_identifier
        AND other.staff_unique_id > one.staff_unique_id
        AND other.begins <= one.ends
        AND other.ends >= one.begins
    WHERE one.is_teacher_of_record AND other.is_teacher_of_record
),

-- a session that is not in the ODS runs from 1 July to 30 June of the audited year
dated AS (
    SELECT
        sections.*,
        sessions.begin_date AS session_begin_date,
        coalesce(sessions.begin_date, make_date(settings.school_year - 1, 7, 1)) AS begins,
        coalesce(
            sessions.phase,
            CASE
                WHEN settings.audit_date <= make_date(settings.school_year, 6, 30) THEN 'in_term'
                ELSE 'after_year'
            END
        ) AS phase
    FROM sections
    CROSS JOIN audit.settings AS settings
    LEFT JOIN audit.sessions AS sessions
        ON sessions.school_id = sections.school_id
        AND sessions.school_year = sections.school_year
        AND sessions.session_name = sections.session_name
)

SELECT
    dated.school_id,
    schools.lea_id,
    dated.school_year,
    dated.session_name,
    dated.local_course_code,
    dated.section_identifier,
    dated.phase,
    settings.profile,
    dated.session_begin_date,
    coalesce(rosters.association_count, 0) AS association_count,
    coalesce(rosters.student_count, 0) AS student_count,
    coalesce(staffing.staff_count, 0) AS staff_count,
    coalesce(staffing.teacher_of_record_count, 0) AS teacher_of_record_count,
    coalesce(staffing.staff_count, 0) = 0 AS is_unstaffed,
    -- the first days of a session are for settling the schedule
    CASE
        WHEN settings.audit_date <= dated.begins + settings.tor_grace_days THEN 'in grace'
        ELSE 'due'
    END AS staffing_due,
    CASE
        WHEN staffing.teacher_of_record_count > 0 THEN together.school_id IS NOT NULL
    END AS teachers_of_record_overlap
FROM dated
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = dated.school_id
LEFT JOIN rosters
    ON rosters.school_id = dated.school_id
    AND rosters.school_year = dated.school_year
    AND rosters.session_name = dated.session_name
    AND rosters.local_course_code = dated.local_course_code
    AND rosters.section_identifier = dated.section_identifier
LEFT JOIN staffing
    ON staffing.school_id = dated.school_id
    AND staffing.school_year = dated.school_year
    AND staffing.session_name = dated.session_name
    AND staffing.local_course_code = dated.local_course_code
    AND staffing.section_identifier = dated.section_identifier
LEFT JOIN together
    ON together.school_id = dated.school_id
    AND together.school_year = dated.school_year
    AND together.session_name = dated.session_name
    AND together.local_course_code = dated.local_course_code
    AND together.section_identifier = dated.section_identifier
