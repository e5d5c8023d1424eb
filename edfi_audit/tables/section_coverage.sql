-- Who held each section of the ODS, day by day, while its session ran: on how many days there were
-- students and no Teacher of Record, students and no staff at all, or a substitute alone. Days are
-- counted up to the audit date; students and staff are those of the ODS.
-- grain: one row per section of the ODS whose session is in the ODS and says when it begins
-- resource: sections
-- key: school_id, school_year, session_name, local_course_code, section_identifier
-- inputs: audit.settings, audit.schools, audit.sessions, ods.sections,
--   ods.student_section_associations, ods.staff_section_associations
-- nulls: days_without_teacher and its check are null where the section never had a Teacher of
--   Record, days_without_staff where it never had staff, days_with_substitute where it never had a
--   substitute

WITH sections AS (
    -- the days that are looked at; none, where the session has not begun
    SELECT
        row_number() OVER () AS section_number,
        section.*,
        session.phase,
        session.begin_date AS first_day,
        least(session.end_date, settings.audit_date) AS last_day
    FROM (SELECT DISTINCT school_id, school_year, session_name, local_course_code,
            section_identifier FROM ods.sections) AS section
    CROSS JOIN audit.settings AS settings
    JOIN audit.sessions AS session
        ON session.school_id = section.school_id
        AND session.school_year = section.school_year
        AND session.session_name = section.session_name
    WHERE session.begin_date IS NOT NULL
),

staff AS (
    -- districts write the position in their own namespace: the code after '#' decides
    SELECT
        staff.*,
        regexp_replace(trim(classroom_position_descriptor), '^.*#', '') AS code,
        coalesce(list_contains(settings.tor_codes, code), FALSE) AS is_teacher,
        coalesce(code IN ('04', 'Substitute Teacher'), FALSE) AS is_substitute
    FROM ods.staff_section_associations AS staff
    CROSS JOIN audit.settings AS settings
),

held AS (
    -- most students of a section come and go on the same few days. A student section association
    -- without a begin date is SSA-002 alone
    SELECT DISTINCT school_id, school_year, session_name, local_course_code, section_identifier,
        begin_date AS begins, coalesce(end_date, DATE '9999-12-31') AS ends,
        1 AS students, 0 AS staff, 0 AS teachers, 0 AS substitutes
    FROM ods.student_section_associations
    WHERE begin_date IS NOT NULL
    UNION ALL
    SELECT school_id, school_year, session_name, local_course_code, section_identifier,
        coalesce(begin_date, DATE '0001-01-01'), coalesce(end_date, DATE '9999-12-31'),
        0, 1, CAST(is_teacher AS INTEGER), CAST(is_substitute AS INTEGER)
    FROM staff
),

numbered AS (
    SELECT
        section.section_number,
        held.* EXCLUDE (school_id, school_year, session_name, local_course_code,
            section_identifier),
        greatest(held.begins, section.first_day) AS from_day,
        least(held.ends, section.last_day) AS to_day
    FROM sections AS section
    JOIN held
        ON held.school_id = section.school_id
        AND held.school_year = section.school_year
        AND held.session_name = section.session_name
        AND held.local_course_code = section.local_course_code
        AND held.section_identifier = section.section_identifier
),

changes AS (
    -- who comes on a day, less who left the day before
    SELECT section_number, day, sum(students) AS students, sum(staff) AS staff,
        sum(teachers) AS teachers, sum(substitutes) AS substitutes
    FROM (
        SELECT section_number, from_day AS day, students, staff, teachers, substitutes
        FROM numbered
        WHERE from_day <= to_day
        UNION ALL
        SELECT section_number, to_day + 1, -students, -staff, -teachers, -substitutes
        FROM numbered
        WHERE from_day <= to_day
    )
    GROUP BY section_number, day
),

stretches AS (
    -- the days from one change to the next, and who is there on each of them
    SELECT
        section_number,
        sum(students) OVER days > 0 AS has_students,
        sum(staff) OVER days > 0 AS has_staff,
        sum(teachers) OVER days > 0 AS has_teacher,
        sum(substitutes) OVER days > 0 AS has_substitute,
        day,
        lead(day) OVER days AS next_day
    FROM changes
    WINDOW days AS (PARTITION BY section_number ORDER BY day)
),

measured AS (
    -- 1 January of the year 1 was a Monday
    SELECT
        *,
        next_day - day AS days,
        (next_day - DATE '0001-01-01') // 7 * 5 + least((next_day - DATE '0001-01-01') % 7, 5)
            - (day - DATE '0001-01-01') // 7 * 5 - least((day - DATE '0001-01-01') % 7, 5)
            AS weekdays
    FROM stretches
),

counted AS (
    SELECT
        section_number,
        CAST(sum(days) FILTER (WHERE has_students AND NOT has_teacher) AS INTEGER)
            AS without_teacher,
        CAST(sum(days) FILTER (WHERE has_students AND NOT has_staff) AS INTEGER) AS without_staff,
        CAST(sum(weekdays) FILTER (WHERE has_substitute AND NOT has_teacher) AS INTEGER)
            AS with_substitute
    FROM measured
    GROUP BY section_number
),

staffed AS (
    SELECT section_number, max(teachers) AS teachers, max(substitutes) AS substitutes
    FROM numbered
    WHERE staff > 0
    GROUP BY section_number
),

told AS (
    SELECT
        section.* EXCLUDE (first_day, last_day),
        CASE WHEN staffed.teachers > 0 THEN coalesce(counted.without_teacher, 0) END
            AS days_without_teacher,
        CASE WHEN staffed.section_number IS NOT NULL THEN coalesce(counted.without_staff, 0) END
            AS days_without_staff,
        CASE WHEN staffed.substitutes > 0 THEN coalesce(counted.with_substitute, 0) END
            AS days_with_substitute
    FROM sections AS section
    LEFT JOIN counted ON counted.section_number = section.section_number
    LEFT JOIN staffed ON staffed.section_number = section.section_number
)

SELECT
    told.school_id,
    schools.lea_id,
    told.school_year,
    told.session_name,
    told.local_course_code,
    told.section_identifier,
    told.phase,
    told.days_without_teacher,
    told.days_without_staff,
    told.days_with_substitute,
    told.days_without_teacher <= settings.tor_gap_days AS is_teacher_gap_short,
    told.days_without_staff = 0 AS is_always_staffed,
    told.days_with_substitute <= settings.substitute_days AS is_substitute_short_term
FROM told
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = told.school_id
