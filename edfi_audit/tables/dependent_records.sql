-- What the ODS holds of the resources that hang on sections and are not compared with the SIS:
-- "Student Section Attendance Events, Grades". Counted, so that a run can tell how far a deletion
-- or a changed key reaches.
-- grain: one row per resource, section, student and begin date of the association
-- inputs: ods.student_section_attendance_events, ods.grades
-- nulls: begin_date is null for attendance events, which name no association; a part of the key
--   where the record lacks it. A resource that was not pulled has no rows

SELECT
    'studentSectionAttendanceEvents' AS resource,
    school_id,
    school_year,
    session_name,
    local_course_code,
    section_identifier,
    student_unique_id,
    CAST(NULL AS DATE) AS begin_date,
    count(*) AS record_count
FROM ods.student_section_attendance_events
GROUP BY ALL
UNION ALL
SELECT
    'grades',
    school_id,
    school_year,
    session_name,
    local_course_code,
    section_identifier,
    student_unique_id,
    begin_date,
    count(*)
FROM ods.grades
GROUP BY ALL
