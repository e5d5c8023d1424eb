-- A course once per calendar that has a class of it: Campus's courses belong to a calendar,
-- OneRoster's often to the whole district.
-- reads: courses, classes, academicSessions

SELECT DISTINCT
    class.course_id AS courseID,
    class.calendar_id AS calendarID,
    course.courseCode AS number,
    course.title AS name,
    course.dateLastModified AS modifiedDate
FROM classes_in_years AS class
JOIN courses AS course ON course.sourcedId = class.courseSourcedId
