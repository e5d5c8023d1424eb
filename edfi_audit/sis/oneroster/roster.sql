-- Students in classes.
-- reads: enrollments, classes, academicSessions

SELECT
    enrollment.sourcedId AS rosterID,
    enrollment.userSourcedId AS personID,
    class.sourcedId AS sectionID,
    class.calendar_id AS trialID,
    enrollment.beginDate AS startDate,
    enrollment.endDate,
    enrollment.dateLastModified AS modifiedDate
FROM enrollments AS enrollment
JOIN classes_in_years AS class ON class.sourcedId = enrollment.classSourcedId
WHERE lower(enrollment.role) = 'student'
