-- The classes with the calendar each belongs to. One whose academic sessions are not among those
-- delivered counts for the latest year, so that it is seen as a section without any term.
-- grain: one row per class

WITH years AS (
    SELECT class_id, min(school_year) AS school_year
    FROM class_terms
    GROUP BY class_id
),

dated AS (
    SELECT
        class.*,
        coalesce(years.school_year, (SELECT max(schoolYear) FROM academicSessions)) AS school_year
    FROM classes AS class
    LEFT JOIN years ON years.class_id = class.sourcedId
)

SELECT
    *,
    schoolSourcedId AS school_id,
    schoolSourcedId || ':' || school_year AS calendar_id,
    courseSourcedId || '@' || schoolSourcedId || ':' || school_year AS course_id
FROM dated
