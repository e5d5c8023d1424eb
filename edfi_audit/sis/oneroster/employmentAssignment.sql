-- OneRoster tells no employment: whoever teaches at a school counts as assigned to it. Rules that
-- judge the assignment itself are not evaluated.
-- reads: enrollments, classes, academicSessions

SELECT DISTINCT
    enrollment.userSourcedId || '@' || class.school_id AS assignmentID,
    enrollment.userSourcedId AS personID,
    class.school_id AS schoolID
FROM enrollments AS enrollment
JOIN classes_in_years AS class ON class.sourcedId = enrollment.classSourcedId
WHERE lower(enrollment.role) = 'teacher'
