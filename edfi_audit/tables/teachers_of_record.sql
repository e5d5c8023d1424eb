-- Who ought to be Teacher of Record of a section in each session, beside who is in the ODS.
-- A change within the session gives two in a row, both expected; so do two Campus sections of one
-- natural key, in two calendars say.
-- grain: one row per natural key of the Campus sections that ought to be in the ODS
-- resource: sections
-- key: school_id, school_year, session_name, local_course_code, section_identifier
-- inputs: audit.expected_staff_section_associations, audit.staff_in_sessions,
--   audit.section_sessions, ods.staff_section_associations, audit.sessions, audit.schools,
--   audit.settings
-- nulls: override is null where none is set; agreement where nobody is expected, the override is
--   unusable, or the ODS has no Teacher of Record;
--   section_override_agreement likewise, and where course and section override are the same person

WITH overriding AS (
    -- what may be wrong with the teacher an override names
    SELECT
        section_id,
        trial_id,
        session_name,
        override_id,
        CASE
            WHEN NOT bool_and(gate_staff_id) THEN 'is no known Ed-Fi ID'
            WHEN NOT bool_and(gate_district_assignment)
                THEN 'has no District Assignment at the school in the school year'
            ELSE 'usable'
        END AS state
    FROM audit.expected_staff_section_associations
    WHERE rank = 1
    GROUP BY ALL
),

decisive AS (
    -- who reports before any primary teacher without a role does
    SELECT
        section_id,
        trial_id,
        session_name,
        rank = 1 AS overrides,
        coalesce(history_start, DATE '0001-01-01') AS begins,
        coalesce(history_end, DATE '9999-12-31') AS ends
    FROM audit.expected_staff_section_associations
    WHERE rank < 3 AND gate_teacher_of_record
),

unnamed AS (
    SELECT
        section_id,
        trial_id,
        session_name,
        person_id,
        coalesce(history_start, DATE '0001-01-01') AS begins,
        coalesce(history_end, DATE '9999-12-31') AS ends
    FROM audit.staff_in_sessions
    WHERE staff_type = 'P' AND role IS NULL AND overlaps_term
),

primaries AS (
    SELECT *
    FROM unnamed
    ANTI JOIN decisive
        ON decisive.section_id = unnamed.section_id
        AND decisive.trial_id = unnamed.trial_id
        AND decisive.session_name = unnamed.session_name
        AND (decisive.overrides
            OR decisive.begins <= unnamed.ends AND decisive.ends >= unnamed.begins)
),

rivals AS (
    -- two of them on the same day, each a "primary teacher with no role assigned (role is blank)":
    -- only the newer start tells whom Campus sends
    SELECT DISTINCT one.section_id, one.trial_id, one.session_name
    FROM primaries AS one
    JOIN primaries AS other
        ON other.section_id = one.section_id
        AND other.trial_id = one.trial_id
        AND other.session_name = one.session_name
        AND other.person_id > one.person_id
        AND other.begins <= one.ends
        AND other.ends >= one.begins
),

actual AS (
    -- the code after '#' decides: districts write the position in their own namespace. Case and
    -- edge spaces of a course code do not make it another course's teacher
    SELECT DISTINCT
        staff.school_id, staff.school_year, staff.session_name,
        lower(trim(staff.local_course_code)) AS course_code, staff.section_identifier,
        staff.staff_unique_id
    FROM ods.staff_section_associations AS staff
    CROSS JOIN audit.settings AS settings
    WHERE list_contains(settings.tor_codes,
        regexp_replace(trim(staff.classroom_position_descriptor), '^.*#', ''))
),

actual_teachers AS (
    SELECT school_id, school_year, session_name, course_code, section_identifier,
        string_agg(staff_unique_id, ', ' ORDER BY staff_unique_id) AS teachers
    FROM actual
    GROUP BY ALL
),

sections AS (
    SELECT * FROM audit.section_sessions WHERE absence_reason IS NULL
),

expected_teachers AS (
    SELECT
        sections.school_id,
        sections.school_year,
        sections.session_name,
        sections.local_course_code,
        sections.section_identifier,
        string_agg(DISTINCT resolved.staff_unique_id, ', ' ORDER BY resolved.staff_unique_id)
            AS teachers,
        bool_and(actual.staff_unique_id IS NOT NULL) AS are_there,
        -- "Section overrides course and Staff History"
        bool_and(actual.staff_unique_id IS NOT NULL)
            FILTER (sections.section_override <> sections.course_override) AS override_is_there
    FROM sections
    JOIN audit.expected_staff_section_associations AS resolved
        ON resolved.section_id = sections.section_id
        AND resolved.trial_id = sections.trial_id
        AND resolved.session_name = sections.session_name
        AND resolved.gate_teacher_of_record
    LEFT JOIN actual
        ON actual.school_id = sections.school_id
        AND actual.school_year = sections.school_year
        AND actual.session_name = sections.session_name
        AND actual.course_code = lower(trim(sections.local_course_code))
        AND actual.section_identifier = sections.section_identifier
        AND actual.staff_unique_id = resolved.staff_unique_id
    GROUP BY ALL
),

named AS (
    SELECT
        sections.school_id,
        sections.school_year,
        sections.session_name,
        sections.local_course_code,
        sections.section_identifier,
        string_agg(DISTINCT section_override, ', ' ORDER BY section_override) AS section_override,
        string_agg(DISTINCT course_override, ', ' ORDER BY course_override) AS course_override,
        -- of the overrides of several sections the first that is not usable
        min({'is_usable': state = 'usable', 'id': override_id, 'state': state})
            FILTER (override_id IS NOT NULL) AS override,
        bool_and(rivals.section_id IS NULL) AS has_one_primary
    FROM sections
    LEFT JOIN rivals
        ON rivals.section_id = sections.section_id
        AND rivals.trial_id = sections.trial_id
        AND rivals.session_name = sections.session_name
    LEFT JOIN overriding
        ON overriding.section_id = sections.section_id
        AND overriding.trial_id = sections.trial_id
        AND overriding.session_name = sections.session_name
    GROUP BY ALL
)

SELECT
    named.school_id,
    schools.lea_id,
    named.school_year,
    named.session_name,
    named.local_course_code,
    named.section_identifier,
    sessions.phase,
    named.section_override,
    named.course_override,
    named.override.id AS override,
    expected_teachers.teachers AS expected_teachers,
    actual_teachers.teachers AS actual_teachers,
    -- an override that is unusable leaves nobody to expect
    CASE WHEN actual_teachers.teachers IS NOT NULL THEN
        CASE WHEN are_there THEN 'agrees' WHEN NOT are_there THEN 'differs' END END AS agreement,
    CASE WHEN actual_teachers.teachers IS NOT NULL THEN
        CASE WHEN override_is_there THEN 'agrees' WHEN NOT override_is_there THEN 'differs' END
        END AS section_override_agreement,
    named.override.state AS override_state,
    has_one_primary
FROM named
LEFT JOIN expected_teachers
    ON expected_teachers.school_id = named.school_id
    AND expected_teachers.school_year = named.school_year
    AND expected_teachers.session_name = named.session_name
    AND expected_teachers.local_course_code = named.local_course_code
    AND expected_teachers.section_identifier = named.section_identifier
LEFT JOIN actual_teachers
    ON actual_teachers.school_id = named.school_id
    AND actual_teachers.school_year = named.school_year
    AND actual_teachers.session_name = named.session_name
    AND actual_teachers.course_code = lower(trim(named.local_course_code))
    AND actual_teachers.section_identifier = named.section_identifier
LEFT JOIN audit.schools AS schools ON schools.school_id = named.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = named.school_id
    AND sessions.school_year = named.school_year
    AND sessions.session_name = named.session_name
