-- The course offerings of an Advanced Placement or International Baccalaureate course, as the
-- offering or its course says.
-- grain: one row per course offering of such a course
-- inputs: ods.course_offerings, ods.courses, reference.advanced_courses
-- nulls: none beside the parts of the key that the ODS lacks

WITH characteristics AS (
    SELECT
        school_id, school_year, session_name, local_course_code,
        unnest(course_level_characteristics) AS descriptor
    FROM ods.course_offerings
    UNION ALL
    SELECT
        offerings.school_id, offerings.school_year, offerings.session_name,
        offerings.local_course_code,
        unnest(courses.level_characteristics)
    FROM ods.course_offerings AS offerings
    JOIN ods.courses AS courses USING (education_organization_id, course_code)
)

SELECT DISTINCT school_id, school_year, session_name, local_course_code
FROM characteristics
-- districts write the characteristic in their own namespace or Ed-Fi's: the code after '#' decides
WHERE regexp_replace(descriptor, '^.*#', '') IN (SELECT code FROM reference.advanced_courses)
