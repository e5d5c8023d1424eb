-- The staff section associations of the ODS and those that ought to be there, with what each rule
-- about them looks at. The gates are those of the Campus section that the expected record is of,
-- or that an ODS record names; `section_gate` is the first of the latter that fails.
-- grain: one row per ODS staff section association, and per expected one that the ODS lacks
-- resource: staffSectionAssociations
-- key: school_id, school_year, session_name, local_course_code, section_identifier,
--   staff_unique_id, begin_date
-- row: campus_record
-- inputs: audit.staff_dates, audit.staffed_sections, audit.staff_histories, audit.staff_years,
--   audit.expected_staff_section_associations, audit.section_terms, audit.campus_sections,
--   audit.campus_calendars, audit.schools, audit.sessions, audit.settings, sis.edfiConfiguration
-- nulls: gates are null where no Campus section is known, what is expected where nothing is; a
--   check where its rule does not look at the row, or a part of the key that it needs is missing;
--   campus_record where the natural key alone tells the record apart

WITH valid_years AS (
    SELECT DISTINCT TRY_CAST(endYear AS INTEGER) AS school_year
    FROM sis.edfiConfiguration
    WHERE valid
),

own_schools AS (
    SELECT DISTINCT school_id FROM audit.campus_calendars
),

teaching AS (
    -- all that a teacher (P or T) has in a section and session: one row that overlaps is enough
    SELECT section_id, trial_id, session_name, person_id, bool_or(gate_term_overlap) AS is_in_term
    FROM audit.expected_staff_section_associations
    WHERE gate_staff_type
    GROUP BY ALL
),

apart AS (
    -- staff-history rows that overlap no term at all, and are linked nowhere: told once. A term
    -- without a session is not among those that were looked at
    SELECT arg_min(expected_row, {'term': term_start, 'session': session_name}) AS expected_row
    FROM audit.staff_dates AS record
    ANTI JOIN audit.section_terms AS term
        ON term.section_id = record.section_id
        AND term.trial_id = record.trial_id
        AND term.session_name IS NULL
    WHERE history_id IS NOT NULL AND gate_section_sent AND gate_staff_type
    GROUP BY history_id
    HAVING NOT bool_or(gate_term_overlap) AND NOT bool_or(in_ods)
)

SELECT
    record.* EXCLUDE (actual_row, expected_row, year_begin, year_end),
    schools.lea_id,
    coalesce(sessions.phase, CASE WHEN settings.audit_date <= make_date(
            CASE WHEN record.school_year BETWEEN 1990 AND 2100 THEN record.school_year
                ELSE settings.school_year END, 6, 30)
        THEN 'in_term' ELSE 'after_year' END) AS phase,
    campus.gate_numbered,
    campus.gate_school_included,
    campus.gate_calendar_included,
    campus.gate_not_summer_school,
    campus.gate_not_choice,
    campus.gate_course_active,
    campus.gate_course_not_excluded,
    campus.gate_placed,
    -- a row of staff history that has a session is known to overlap its terms or not
    CASE WHEN record.expected_row IS NOT NULL THEN gate_term_overlap IS NOT NULL END
        AS gate_session_resolved,
    campus.gate_has_students,

    CASE WHEN record.in_ods THEN section.section_gate END AS section_gate,

    CASE WHEN record.is_expected THEN
        CASE WHEN record.in_ods THEN 'in the ODS' ELSE 'not in the ODS' END END AS delivery,

    -- "Must have a Staff Type of P: Primary Teacher or T: Teacher", unless an override names them
    CASE WHEN record.in_ods AND NOT history.overrides THEN
        CASE WHEN history.teaches THEN 'P or T' WHEN NOT history.teaches THEN 'neither' END END
        AS staff_type_check,

    CASE
        WHEN NOT gate_section_sent THEN NULL
        WHEN record.in_ods AND teaching.is_in_term THEN 'overlaps'
        WHEN record.in_ods AND NOT teaching.is_in_term THEN 'sent without overlap'
        WHEN record.in_ods OR NOT gate_staff_type THEN NULL
        WHEN gate_term_overlap THEN 'overlaps'
        WHEN apart.expected_row IS NOT NULL THEN 'not sent, no overlap'
    END AS term_overlap,

    -- "When a staff member is deleted from Staff History", "When a Role is removed from a Teacher"
    CASE
        WHEN NOT record.in_ods OR NOT in_scope OR section.section_gate IS DISTINCT FROM 'passes'
            OR coalesce(trim(record.staff_unique_id), '') = '' THEN NULL
        WHEN history.overrides THEN 'there'
        -- a teacher without an Ed-Fi ID may be the one whom the ODS names
        WHEN history.teaches IS NULL AND nameless.teaches THEN NULL
        WHEN history.teaches IS NULL THEN 'deleted'
        WHEN history.role_removed THEN 'role removed'
        ELSE 'there'
    END AS history_check,

    -- "Data only sends for years that have valid configuration", and of "the scope year to which
    -- the course's calendar is aligned"; of other schools' records nobody here can tell
    CASE WHEN record.in_ods AND record.school_year IS NOT NULL
            AND (own_schools.school_id IS NOT NULL OR years.object_year IS NOT NULL) THEN
        CASE
            WHEN years.object_year <> record.school_year THEN 'not the year of the calendar'
            WHEN valid_years.school_year IS NULL THEN 'no valid configuration'
            ELSE 'ok'
        END END AS year_check
FROM audit.staff_dates AS record
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.staffed_sections AS section
    ON record.in_ods
    AND section.is_meant
    AND section.school_id = record.school_id
    AND section.school_year = record.school_year
    AND section.local_course_code = record.local_course_code
    AND section.section_identifier = record.section_identifier
LEFT JOIN audit.staff_histories AS history
    ON record.in_ods
    AND history.school_id = record.school_id
    AND history.school_year = record.school_year
    AND history.local_course_code = record.local_course_code
    AND history.section_identifier = record.section_identifier
    AND history.staff_id = lower(trim(record.staff_unique_id))
LEFT JOIN audit.staff_histories AS nameless
    ON record.in_ods
    AND nameless.school_id = record.school_id
    AND nameless.school_year = record.school_year
    AND nameless.local_course_code = record.local_course_code
    AND nameless.section_identifier = record.section_identifier
    AND nameless.staff_id IS NULL
LEFT JOIN teaching
    ON teaching.section_id = record.section_id
    AND teaching.trial_id = record.trial_id
    AND teaching.session_name = record.session_name
    AND teaching.person_id = record.person_id
LEFT JOIN apart ON apart.expected_row = record.expected_row
LEFT JOIN audit.campus_sections AS campus
    ON campus.section_id = coalesce(record.section_id, section.section_id)
    AND campus.trial_id = coalesce(record.trial_id, section.trial_id)
LEFT JOIN audit.staff_years AS years ON years.actual_row = record.actual_row
LEFT JOIN own_schools ON own_schools.school_id = record.school_id
LEFT JOIN valid_years ON valid_years.school_year = record.school_year
LEFT JOIN audit.schools AS schools ON schools.school_id = record.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = record.school_id
    AND sessions.school_year = record.school_year
    AND sessions.session_name = record.session_name
