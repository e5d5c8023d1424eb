-- The sections of the ODS and who teaches them. It starts from the sections, never from staff
-- rows, so that a section without any staff is a row like every other. While nothing tells when a
-- section's session begins, its teacher is not due.
-- grain: one row per section
-- resource: sections
-- key: school_id, school_year, session_name, local_course_code, section_identifier
-- inputs: audit.settings, audit.schools, audit.sessions, audit.section_staffing,
--     audit.expected_staff_section_associations, audit.compared_resources, ods.sections,
--     ods.student_section_associations
-- nulls: teacher_held_back is null where the SIS holds no teacher back, or was not loaded;
--     session_begin_date is null where the session is not in the ODS or has none;
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

-- "Must have a role mapped to an Ed-Fi code populated to report": a teacher of the SIS who is held
-- back explains why the ODS has nobody
held_back AS (
    SELECT
        staff.school_id, staff.school_year, staff.session_name, staff.local_course_code,
        staff.section_identifier,
        min(CASE staff.absence_reason
            WHEN 'gate_role_mapped'
                THEN 'role ' || coalesce(staff.role, '(blank)') || ' has no Ed-Fi code (STF-005)'
            WHEN 'gate_staff_id' THEN 'no Ed-Fi ID (STF-006)'
            ELSE 'no District Assignment in the school year (STF-008)'
        END) AS teacher_held_back
    FROM audit.expected_staff_section_associations AS staff
    JOIN audit.compared_resources AS compared
        ON compared.resource = 'staffSectionAssociations' AND compared.is_comparable
    WHERE staff.history_id IS NOT NULL
        AND staff.absence_reason
            IN ('gate_role_mapped', 'gate_staff_id', 'gate_district_assignment')
    GROUP BY ALL
),

-- a session that is not in the ODS ends on 30 June of its school year
dated AS (
    SELECT
        sections.*,
        sessions.begin_date AS session_begin_date,
        coalesce(
            sessions.phase,
            CASE WHEN settings.audit_date <= make_date(
                    CASE WHEN sections.school_year BETWEEN 1990 AND 2100 THEN sections.school_year
                        ELSE settings.school_year END, 6, 30)
                THEN 'in_term' ELSE 'after_year' END
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
        WHEN dated.session_begin_date IS NULL THEN 'begin unknown'
        WHEN settings.audit_date <= dated.session_begin_date + settings.tor_grace_days
            THEN 'in grace'
        ELSE 'due'
    END AS staffing_due,
    held_back.teacher_held_back,
    CASE
        WHEN staffing.teacher_of_record_count > 0 THEN staffing.teachers_of_record_overlap
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
LEFT JOIN audit.section_staffing AS staffing
    ON staffing.school_id = dated.school_id
    AND staffing.school_year = dated.school_year
    AND staffing.session_name = dated.session_name
    AND staffing.local_course_code = dated.local_course_code
    AND staffing.section_identifier = dated.section_identifier
LEFT JOIN held_back
    ON held_back.school_id = dated.school_id
    AND held_back.school_year = dated.school_year
    AND held_back.session_name = dated.session_name
    AND held_back.local_course_code = dated.local_course_code
    AND held_back.section_identifier = dated.section_identifier
