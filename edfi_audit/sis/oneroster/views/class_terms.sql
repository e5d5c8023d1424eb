-- The academic sessions each class is held in. A class that names a whole school year is held in
-- the terms of that year, where the year has any.
-- grain: one row per class and academic session

WITH named AS (
    SELECT
        sourcedId AS class_id,
        trim(unnest(string_split(termSourcedIds, ','))) AS session_id
    FROM classes
    WHERE termSourcedIds IS NOT NULL
),

terms AS (
    SELECT
        session.sourcedId AS term_id,
        session.parentSourcedId AS parent_id,
        session.title,
        session.startDate,
        session.endDate,
        lower(session.type) AS type,
        coalesce(session.schoolYear, parent.schoolYear) AS school_year
    FROM academicSessions AS session
    LEFT JOIN academicSessions AS parent ON parent.sourcedId = session.parentSourcedId
),

parts AS (
    SELECT *
    FROM terms
    WHERE type IN ('term', 'semester')
)

SELECT DISTINCT
    named.class_id,
    terms.school_year,
    coalesce(parts.term_id, terms.term_id) AS term_id,
    coalesce(parts.title, terms.title) AS title,
    coalesce(parts.startDate, terms.startDate) AS startDate,
    coalesce(parts.endDate, terms.endDate) AS endDate
FROM named
JOIN terms ON terms.term_id = named.session_id
LEFT JOIN parts ON terms.type = 'schoolyear' AND parts.parent_id = terms.term_id
