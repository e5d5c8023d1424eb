-- Whoever sits in a class is enrolled at its school; OneRoster tells neither dates nor kind of the
-- enrollment, and the grades of the person alone.
-- reads: enrollments, classes, academicSessions, users

SELECT DISTINCT
    enrollment.userSourcedId || '@' || class.calendar_id AS enrollmentID,
    enrollment.userSourcedId AS personID,
    class.calendar_id AS calendarID,
    class.school_year AS endYear,
    nullif(trim(split_part(student.grades, ',', 1)), '') AS grade
FROM enrollments AS enrollment
JOIN classes_in_years AS class ON class.sourcedId = enrollment.classSourcedId
JOIN users AS student ON student.sourcedId = enrollment.userSourcedId
WHERE lower(enrollment.role) = 'student'
