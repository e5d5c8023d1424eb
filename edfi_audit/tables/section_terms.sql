-- The terms each Campus section is placed in, and the ODS session each stands for.
-- grain: one row per Campus section and placed term
-- inputs: sis.sectionPlacement, sis.term, sis.resourcePreference, ods.sessions,
--   audit.campus_sections, audit.settings
-- nulls: session_name is null where no ODS session answers to the term

WITH preferences AS (
    -- an Ed-Fi code is a full descriptor URI; a bare code is completed with the namespace
    SELECT
        lower(resource) AS resource,
        lower(element) AS element,
        campusCode AS campus_code,
        max(CASE WHEN edfiCode LIKE '%#%' THEN edfiCode
            ELSE settings.descriptor_namespace || '/TermDescriptor#' || edfiCode END)
            AS term_descriptor
    FROM sis.resourcePreference
    CROSS JOIN audit.settings AS settings
    WHERE nullif(edfiCode, '') IS NOT NULL
    GROUP BY ALL
),

placed AS (
    -- "If Term Descriptor Override is checked and there is an existing mapping for the course,
    -- Term Descriptors will report based on the mappings"
    SELECT DISTINCT
        section.section_id,
        section.trial_id,
        section.school_id,
        section.school_year,
        term.termID AS term_id,
        term.name AS term_name,
        term.startDate AS term_start,
        term.endDate AS term_end,
        coalesce(course_mapping.term_descriptor, term_mapping.term_descriptor) AS term_descriptor,
        course_mapping.term_descriptor IS NOT NULL AS is_overridden
    FROM audit.campus_sections AS section
    JOIN sis.sectionPlacement AS placement
        ON placement.sectionID = section.section_id AND placement.trialID = section.trial_id
    JOIN sis.term AS term ON term.termID = placement.termID
    LEFT JOIN preferences AS course_mapping
        ON course_mapping.resource = 'courseofferings'
        AND course_mapping.element = 'termoverride'
        AND course_mapping.campus_code = section.local_course_code
        AND section.has_term_override
    LEFT JOIN preferences AS term_mapping
        ON term_mapping.resource = 'sessions'
        AND term_mapping.element = 'termdescriptor'
        AND term_mapping.campus_code = term.name
),

wanted AS (
    SELECT DISTINCT school_id, school_year, term_id, term_name, term_start, term_end,
        term_descriptor
    FROM placed
),

candidates AS (
    -- mapped: the session of that term descriptor whose dates overlap the term most, and of two
    -- that hold all of it the shorter (an 'Annual' session holds every term)
    SELECT
        wanted.*,
        session.session_name,
        date_diff('day', greatest(session.begin_date, wanted.term_start),
            least(session.end_date, wanted.term_end)) + 1 AS shared_days,
        date_diff('day', session.begin_date, session.end_date) AS length
    FROM wanted
    JOIN ods.sessions AS session
        ON session.school_id = wanted.school_id
        AND session.school_year = wanted.school_year
        AND session.term_descriptor = wanted.term_descriptor
    UNION ALL
    -- not mapped: the session that is named like the term
    SELECT wanted.*, session.session_name, 1 AS shared_days, NULL AS length
    FROM wanted
    JOIN ods.sessions AS session
        ON session.school_id = wanted.school_id
        AND session.school_year = wanted.school_year
        AND session.session_name = wanted.term_name
    WHERE wanted.term_descriptor IS NULL
),

resolved AS (
    SELECT school_id, term_id, term_descriptor, session_name
    FROM candidates
    WHERE shared_days > 0
    QUALIFY row_number() OVER (
        PARTITION BY school_id, term_id, term_descriptor
        ORDER BY shared_days DESC, length NULLS LAST, session_name
    ) = 1
)

SELECT
    placed.section_id,
    placed.trial_id,
    placed.term_id,
    placed.term_name,
    placed.term_start,
    placed.term_end,
    placed.term_descriptor,
    placed.is_overridden,
    resolved.session_name
FROM placed
LEFT JOIN resolved
    ON resolved.school_id = placed.school_id
    AND resolved.term_id = placed.term_id
    AND resolved.term_descriptor IS NOT DISTINCT FROM placed.term_descriptor
