-- The student section associations of the ODS, with what each rule about them looks at.
-- grain: one row per studentSectionAssociation key; one without a whole key is a row by itself
-- resource: studentSectionAssociations
-- key: school_id, school_year, session_name, local_course_code, section_identifier,
--     student_unique_id, begin_date
-- inputs: audit.settings, audit.schools, audit.sessions, audit.student_section_reentries,
--     ods.student_section_associations, ods.sections, ods.students,
--     reference.attempt_statuses
-- nulls: a check is null where a part of the key that it needs is missing (the rule about that
--     part speaks); has_all_programs where the student has one association with the section or
--     no program in it

WITH doubled AS (
    SELECT * FROM audit.student_section_reentries WHERE copies > 1
),

-- of several records with one key, which SSA-014 reports, one is judged
single AS (
    SELECT * FROM ods.student_section_associations
    ANTI JOIN doubled
        USING (
            school_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id, begin_date
        )
    UNION ALL
    SELECT * FROM ods.student_section_associations
    SEMI JOIN doubled
        USING (
            school_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id, begin_date
        )
    QUALIFY row_number() OVER (
        PARTITION BY
            school_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id, begin_date
        ORDER BY id DESC NULLS LAST
    ) = 1
),

associations AS (
    SELECT
        school_id, single.school_year, student_unique_id, begin_date, end_date,
        session_name, local_course_code, section_identifier,
        coalesce(trim(student_unique_id), '') = '' AS student_missing,
        coalesce(trim(session_name), '') = '' AS session_missing,
        coalesce(trim(local_course_code), '') = '' AS course_missing,
        coalesce(trim(section_identifier), '') = '' AS section_missing,
        CASE
            WHEN trim(attempt_status_descriptor) <> '' THEN attempt_status_descriptor
        END AS attempt_status_descriptor,
        -- 1 July to 30 June: from July on, a date belongs to the year that ends next June
        year(begin_date) + CAST(month(begin_date) >= 7 AS INTEGER) AS begin_year,
        year(end_date) + CAST(month(end_date) >= 7 AS INTEGER) AS end_year,
        make_date(CASE WHEN single.school_year BETWEEN 1990 AND 2100 THEN single.school_year
            ELSE settings.school_year END, 6, 30) AS last_day_of_year
    FROM single
    CROSS JOIN audit.settings AS settings
),

sections AS (
    SELECT DISTINCT school_id, school_year, session_name, local_course_code, section_identifier
    FROM ods.sections
),

students AS (
    SELECT
        students.student_unique_id,
        regexp_matches(students.student_unique_id, '^(' || settings.student_id_pattern || ')$')
            AS has_state_form
    FROM (SELECT DISTINCT student_unique_id FROM ods.students) AS students
    CROSS JOIN audit.settings AS settings
),

-- "Be careful not to confuse 4 digit EdOrg ID numbers with LEA or School Codes"
agency_codes AS (
    SELECT DISTINCT try_cast(code AS BIGINT) AS school_id
    FROM (SELECT unnest(lea_school_codes) AS code FROM audit.settings) AS codes
),

-- descriptors compare as full URI, namespace included
attempt_statuses AS (
    SELECT
        statuses.code,
        settings.descriptor_namespace || '/AttemptStatusDescriptor#' || statuses.code
            AS attempt_status_descriptor
    FROM reference.attempt_statuses AS statuses
    INNER JOIN audit.settings AS settings ON settings.profile = statuses.profile
)

SELECT
    associations.school_id,
    schools.lea_id,
    associations.school_year,
    associations.session_name,
    associations.local_course_code,
    associations.section_identifier,
    associations.student_unique_id,
    associations.begin_date,
    associations.end_date,
    associations.attempt_status_descriptor,
    coalesce(schools.is_choice, false) AS is_choice,

    -- a session that is not in the ODS ends on 30 June of its school year
    coalesce(sessions.end_date, associations.last_day_of_year) AS session_end_date,
    coalesce(
        sessions.phase,
        CASE WHEN settings.audit_date <= associations.last_day_of_year
            THEN 'in_term' ELSE 'after_year' END
    ) AS phase,

    CASE
        WHEN associations.course_missing THEN 'missing'
        WHEN associations.local_course_code <> trim(associations.local_course_code)
            THEN 'begins or ends with a space'
        ELSE 'ok'
    END AS course_code_check,

    -- a school that is in /schools is right, however many digits its id has
    CASE
        WHEN associations.school_id IS NULL THEN 'missing'
        WHEN schools.in_ods THEN 'ok'
        WHEN agency_codes.school_id IS NOT NULL THEN 'an LEA or School Code'
        ELSE 'not in /schools'
    END AS school_check,

    coalesce(associations.school_year = settings.school_year, false) AS is_audited_year,

    CASE
        WHEN associations.section_missing THEN 'missing'
        WHEN associations.school_id IS NULL
            OR associations.school_year IS NULL
            OR associations.session_missing
            OR associations.course_missing THEN NULL
        WHEN sections.school_id IS NOT NULL THEN 'ok'
        ELSE 'not in /sections'
    END AS section_check,

    CASE
        WHEN associations.session_missing THEN 'missing'
        WHEN associations.school_id IS NULL OR associations.school_year IS NULL THEN NULL
        WHEN sessions.school_id IS NOT NULL THEN 'ok'
        ELSE 'not in /sessions'
    END AS session_check,

    CASE
        WHEN associations.student_missing THEN 'missing'
        WHEN students.student_unique_id IS NULL THEN 'not in /students'
        WHEN students.has_state_form THEN 'ok'
        ELSE 'not of the state id''s form'
    END AS student_check,

    CASE
        WHEN coalesce(associations.begin_date, associations.end_date) IS NOT NULL
            AND associations.school_year IS NOT NULL
            THEN coalesce(associations.begin_year = associations.school_year, true)
                AND coalesce(associations.end_year = associations.school_year, true)
    END AS is_within_year,

    CASE
        WHEN associations.attempt_status_descriptor IS NOT NULL
            THEN attempt_statuses.code IS NOT NULL
    END AS attempt_status_is_known,

    CASE
        WHEN associations.school_id IS NULL
            OR associations.school_year IS NULL
            OR associations.session_missing
            OR associations.course_missing
            OR associations.section_missing
            OR associations.student_missing
            OR associations.begin_date IS NULL THEN NULL
        ELSE coalesce(reentries.overlap, 'none')
    END AS overlap,
    reentries.has_all_programs
FROM associations
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = associations.school_id
LEFT JOIN agency_codes ON agency_codes.school_id = associations.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = associations.school_id
    AND sessions.school_year = associations.school_year
    AND sessions.session_name = associations.session_name
LEFT JOIN sections
    ON sections.school_id = associations.school_id
    AND sections.school_year = associations.school_year
    AND sections.session_name = associations.session_name
    AND sections.local_course_code = associations.local_course_code
    AND sections.section_identifier = associations.section_identifier
LEFT JOIN students ON students.student_unique_id = associations.student_unique_id
LEFT JOIN attempt_statuses
    ON attempt_statuses.attempt_status_descriptor = associations.attempt_status_descriptor
LEFT JOIN audit.student_section_reentries AS reentries
    ON reentries.school_id = associations.school_id
    AND reentries.school_year = associations.school_year
    AND reentries.session_name = associations.session_name
    AND reentries.local_course_code = associations.local_course_code
    AND reentries.section_identifier = associations.section_identifier
    AND reentries.student_unique_id = associations.student_unique_id
    AND reentries.begin_date = associations.begin_date
