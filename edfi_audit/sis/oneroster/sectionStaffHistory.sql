-- The teachers of a class: the primary one, and others of whom OneRoster tells no role. Aides and
-- proctors are no teachers.
-- reads: enrollments, classes, academicSessions

SELECT
    enrollment.sourcedId AS historyID,
    class.sourcedId AS sectionID,
    class.calendar_id AS trialID,
    enrollment.userSourcedId AS personID,
    CASE WHEN enrollment."primary" THEN 'P' ELSE 'T' END AS staffType,
    enrollment.beginDate AS startDate,
    enrollment.endDate,
    enrollment.dateLastModified AS modifiedDate
FROM enrollments AS enrollment
JOIN classes_in_years AS class ON class.sourcedId = enrollment.classSourcedId
WHERE lower(enrollment.role) = 'teacher'
