-- One calendar per school and school year in which classes are held.
-- reads: classes, academicSessions

SELECT
    class.calendar_id AS calendarID,
    class.school_id AS schoolID,
    class.school_year AS endYear,
    min(term.startDate) AS startDate,
    max(term.endDate) AS endDate
FROM classes_in_years AS class
LEFT JOIN class_terms AS term ON term.class_id = class.sourcedId
GROUP BY ALL
