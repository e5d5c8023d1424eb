-- A class is a section.
-- reads: classes, academicSessions

SELECT
    sourcedId AS sectionID,
    course_id AS courseID,
    calendar_id AS trialID,
    classCode AS number,
    dateLastModified AS modifiedDate
FROM classes_in_years
