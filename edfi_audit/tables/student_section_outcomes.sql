-- What became of the students in their sections, and whether the attempt status says the same: the
-- use cases 6.0 to 6.7 of the specification, "Sending the student attempt status for the section".
-- Associations of Choice schools are not expected and not here.
-- grain: one row per studentSectionAssociation key of a public school; one without a whole key is a
--     row by itself
-- resource: studentSectionAssociations
-- key: school_id, school_year, session_name, local_course_code, section_identifier,
--     student_unique_id, begin_date
-- inputs: audit.settings, audit.student_section_associations, audit.returning_students,
--     audit.final_grades, audit.audited_rosters, audit.ungradable_sections,
--     audit.student_section_program_statements, audit.student_grade_levels,
--     reference.attempt_statuses, reference.attempt_use_cases
-- nulls: attempt_status is null where the association has none of the state's; place, use_case and
--     attempt_is_accepted where a part of the key is missing; use_case also while the session
--     runs; attempt_is_accepted also without an attempt status; highest_grade_level where no
--     primary enrollment tells it

WITH associations AS (
    SELECT
        rows.*,
        statuses.code AS attempt_status,
        rows.phase <> 'in_term' AS session_is_over,
        -- an open end counts as staying
        coalesce(rows.end_date < rows.session_end_date - settings.withdrawal_tolerance_days, false)
            AS withdrew
    FROM (
        SELECT
            school_id, lea_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id, begin_date, end_date, session_end_date, phase,
            attempt_status_descriptor,
            coalesce(
                school_id IS NOT NULL
                    AND school_year IS NOT NULL
                    AND trim(session_name) <> ''
                    AND trim(local_course_code) <> ''
                    AND trim(section_identifier) <> ''
                    AND trim(student_unique_id) <> ''
                    AND begin_date IS NOT NULL,
                false
            ) AS has_whole_key
        FROM audit.student_section_associations
        WHERE NOT is_choice
    ) AS rows
    CROSS JOIN audit.settings AS settings
    LEFT JOIN reference.attempt_statuses AS statuses
        ON statuses.profile = settings.profile
        AND rows.attempt_status_descriptor
            = settings.descriptor_namespace || '/AttemptStatusDescriptor#' || statuses.code
),

-- "A student who does not receive a Pass / Fail in the course does NOT count as a participant"
participants AS (
    SELECT DISTINCT
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id, begin_date
    FROM audit.student_section_program_statements
    WHERE participation IS NOT NULL
),

known AS (
    SELECT
        associations.*,
        CASE
            WHEN NOT associations.has_whole_key THEN NULL
            WHEN returned.latest_begin_date IS NULL THEN 'only'
            WHEN returned.latest_begin_date = associations.begin_date THEN 'latest'
            ELSE 'earlier'
        END AS place,
        coalesce(finals.final_count, 0) AS final_grade_count,
        coalesce(finals.outcome, 'none') AS outcome,
        ungradable.school_id IS NOT NULL AS is_ungradable,
        audited.school_id IS NOT NULL AS is_audited,
        participants.school_id IS NOT NULL AS is_participant
    FROM associations
    LEFT JOIN audit.returning_students AS returned
        USING (
            school_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id
        )
    LEFT JOIN audit.final_grades AS finals
        USING (
            school_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id
        )
    LEFT JOIN audit.ungradable_sections AS ungradable
        USING (school_id, school_year, session_name, local_course_code, section_identifier)
    LEFT JOIN audit.audited_rosters AS audited
        USING (
            school_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id, begin_date
        )
    LEFT JOIN participants
        USING (
            school_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id, begin_date
        )
),

judged AS (
    SELECT
        *,
        CASE
            WHEN NOT session_is_over OR place IS NULL THEN NULL
            -- "dropped out of the section, joined back in the same section ..., and received an
            -- outcome", "and did NOT receive the grade"
            WHEN place <> 'only' AND outcome = 'graded' THEN '6.6'
            WHEN place <> 'only' THEN '6.7'
            -- "because it is an audited course"
            WHEN is_audited THEN '6.3'
            -- "withdrew from the section but received a grade", "and did NOT receive a grade"
            WHEN withdrew AND outcome = 'graded' THEN '6.4'
            WHEN withdrew THEN '6.5'
            -- "in the section until end of the term and received a grade/mark"
            WHEN outcome = 'graded' THEN '6.0'
            -- "did NOT receive a grade/mark but no grade including (pass/fail) may be earned"
            WHEN is_ungradable THEN '6.2'
            -- "did NOT receive a grade/mark but grade could have been earned"
            ELSE '6.1'
        END AS use_case
    FROM known
)

SELECT
    judged.school_id,
    judged.lea_id,
    judged.school_year,
    judged.session_name,
    judged.local_course_code,
    judged.section_identifier,
    judged.student_unique_id,
    judged.begin_date,
    judged.end_date,
    judged.session_end_date,
    judged.phase,
    judged.attempt_status_descriptor,
    judged.attempt_status,
    judged.place,
    judged.withdrew,
    judged.is_audited,
    judged.outcome,
    judged.final_grade_count,
    judged.use_case,
    CASE
        WHEN judged.use_case IS NOT NULL AND judged.attempt_status IS NOT NULL
            THEN accepted.use_case IS NOT NULL
    END AS attempt_is_accepted,

    CASE
        WHEN judged.attempt_status IS NOT NULL
            THEN judged.attempt_status = 'I' AND judged.end_date IS NULL
    END AS is_insufficient_without_end,

    -- the one association of the student with the section that speaks for its outcome
    judged.session_is_over AND coalesce(judged.place IN ('only', 'latest'), false) AS is_concluded,
    -- DPI treats "not submitted" as Sufficient
    CASE WHEN judged.attempt_status_descriptor IS NULL THEN 'S' ELSE judged.attempt_status END
        AS effective_attempt_status,
    judged.final_grade_count > 0 AS has_final_grade,
    levels.highest AS highest_grade_level,
    judged.is_participant,
    judged.outcome = 'graded' AND coalesce(judged.attempt_status <> 'I', true)
        AS counts_as_participant
FROM judged
LEFT JOIN reference.attempt_use_cases AS accepted
    ON accepted.use_case = judged.use_case
    AND accepted.association = judged.place
    AND accepted.outcome = judged.outcome
    AND accepted.attempt_status = judged.attempt_status
LEFT JOIN audit.student_grade_levels AS levels
    ON levels.student_unique_id = judged.student_unique_id
