-- Who teaches a Campus section in each session: its staff history, and the teacher its override
-- names. The role is Ed-Fi's classroom position; `rank` is the priority among those who may be
-- Teacher of Record (1 comes first), null for everyone else.
-- grain: one row per staff-history row and session of its section (one without a session where the
--   section has none), and one per session for an override teacher without a staff-history row
-- inputs: sis.sectionStaffHistory, sis.person, audit.classroom_positions, audit.campus_sections,
--   audit.section_terms, audit.section_sessions, audit.district_assignments, audit.settings
-- nulls: history_id is null for an override teacher without staff history; session_name and
--   overlaps_term where the section has no session; classroom_position where the role is blank or
--   has no mapping; position_rule (override, role, blank role) and expected_position where the
--   row could not be sent under any

WITH teacher AS (
    -- how the ODS writes Teacher of Record where no role says it: as the district has mapped it
    SELECT coalesce(
        (SELECT min(classroom_position) FROM audit.classroom_positions WHERE is_teacher_of_record),
        descriptor_namespace || '/ClassroomPositionDescriptor#' || tor_codes[1]
    ) AS classroom_position
    FROM audit.settings
),

history AS (
    SELECT
        history.historyID AS history_id,
        history.personID AS person_id,
        nullif(trim(person.edfiID), '') AS staff_unique_id,
        upper(trim(history.staffType)) AS staff_type,
        nullif(trim(history.role), '') AS role,
        positions.classroom_position,
        coalesce(positions.is_teacher_of_record, FALSE) AS has_teacher_role,
        history.startDate AS history_start,
        history.endDate AS history_end,
        history.modifiedDate AS history_modified,
        section.section_id,
        section.trial_id,
        -- "Section overrides course and Staff History"
        coalesce(section.section_override, section.course_override) AS override_id
    FROM sis.sectionStaffHistory AS history
    JOIN audit.campus_sections AS section
        ON section.section_id = history.sectionID AND section.trial_id = history.trialID
    LEFT JOIN sis.person AS person ON person.personID = history.personID
    LEFT JOIN audit.classroom_positions AS positions
        ON positions.role = nullif(trim(history.role), '')
),

in_sessions AS (
    -- "Posts only for session names where the start date of the term is on or before the section
    -- staff history end date", its end "on or after the section staff history start date"
    SELECT
        history.history_id,
        term.session_name,
        bool_or(
            coalesce(term.term_start <= history.history_end, TRUE)
            AND coalesce(term.term_end >= history.history_start, TRUE)
        ) AS overlaps_term
    FROM history
    JOIN audit.section_terms AS term
        ON term.section_id = history.section_id AND term.trial_id = history.trial_id
    WHERE term.session_name IS NOT NULL
    GROUP BY history.history_id, term.session_name
),

overriding AS (
    -- "report this number a staff reference and teacher of record"
    SELECT
        session.section_id,
        session.trial_id,
        session.session_name,
        session.school_id,
        session.year_begin,
        session.year_end,
        coalesce(session.section_override, session.course_override) AS override_id
    FROM audit.section_sessions AS session
    WHERE coalesce(session.section_override, session.course_override) IS NOT NULL
        AND session.session_name IS NOT NULL
),

known AS (
    SELECT trim(edfiID) AS staff_unique_id, personID AS person_id
    FROM sis.person
    WHERE nullif(trim(edfiID), '') IS NOT NULL
),

everyone AS (
    SELECT
        history.* EXCLUDE (has_teacher_role),
        in_sessions.session_name,
        in_sessions.overlaps_term,
        -- "reports primary teachers assigned as a Teacher of Record or primary teacher with no role
        -- assigned (role is blank), then, reports non-primary teachers assigned as Teacher of
        -- Record"
        CASE
            WHEN coalesce(history.staff_type, '') NOT IN ('P', 'T') THEN NULL
            WHEN NOT in_sessions.overlaps_term THEN NULL
            WHEN history.staff_unique_id = history.override_id THEN 1
            WHEN history.staff_type = 'P' AND history.has_teacher_role THEN 2
            WHEN history.staff_type = 'P' AND history.role IS NULL THEN 3
            WHEN history.staff_type = 'T' AND history.has_teacher_role THEN 4
        END AS rank
    FROM history
    LEFT JOIN in_sessions ON in_sessions.history_id = history.history_id
),

override_only AS (
    -- of several persons with the override's Ed-Fi ID the one who is assigned to the school
    SELECT overriding.*, known.person_id
    FROM overriding
    LEFT JOIN known ON known.staff_unique_id = overriding.override_id
    LEFT JOIN everyone
        ON everyone.section_id = overriding.section_id
        AND everyone.trial_id = overriding.trial_id
        AND everyone.session_name = overriding.session_name
        AND everyone.rank = 1
    LEFT JOIN audit.district_assignments AS assignment
        ON assignment.person_id = known.person_id
        AND assignment.school_id = overriding.school_id
        AND coalesce(assignment.assigned_from <= overriding.year_end, TRUE)
        AND coalesce(assignment.assigned_to >= overriding.year_begin, TRUE)
    WHERE everyone.section_id IS NULL
    QUALIFY row_number() OVER (
        PARTITION BY overriding.section_id, overriding.trial_id, overriding.session_name
        ORDER BY assignment.person_id IS NULL, known.person_id
    ) = 1
),

all_staff AS (
    SELECT * FROM everyone
    UNION ALL BY NAME
    SELECT
        section_id,
        trial_id,
        session_name,
        TRUE AS overlaps_term,
        person_id,
        override_id AS staff_unique_id,
        override_id,
        1 AS rank
    FROM override_only
),

placed AS (
    -- "For all other roles, the Ed-Fi Code value from the role selected reports"
    SELECT
        *,
        CASE
            WHEN rank = 1 THEN 'override'
            WHEN classroom_position IS NOT NULL THEN 'role'
            WHEN staff_type = 'P' AND role IS NULL THEN 'blank role'
        END AS position_rule
    FROM all_staff
)

SELECT
    section_id,
    trial_id,
    session_name,
    overlaps_term,
    history_id,
    person_id,
    staff_unique_id,
    staff_type,
    role,
    placed.classroom_position,
    position_rule,
    CASE
        WHEN position_rule = 'role' THEN placed.classroom_position
        WHEN position_rule IS NOT NULL THEN teacher.classroom_position
    END AS expected_position,
    history_start,
    history_end,
    history_modified,
    override_id,
    rank
FROM placed
CROSS JOIN teacher
