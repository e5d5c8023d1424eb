-- Who teaches the sections of the ODS: staff are counted whether or not /sections lists the section.
-- grain: one row per section that has a staff section association
-- inputs: audit.actual_staff
-- nulls: none beside the parts of the key that the ODS lacks

WITH staff_rows AS (
    SELECT
        *,
        coalesce(begin_date, DATE '0001-01-01') AS begins,
        coalesce(end_date, DATE '9999-12-31') AS ends
    FROM audit.actual_staff
),

staffing AS (
    SELECT
        school_id, school_year, session_name, local_course_code, section_identifier,
        count(DISTINCT staff_unique_id) AS staff_count,
        count(DISTINCT staff_unique_id) FILTER (WHERE is_teacher_of_record)
            AS teacher_of_record_count
    FROM staff_rows
    GROUP BY ALL
),

-- "One record reports per course section for teachers with a role of Teacher of Record": two
-- people hold the role on the same day
together AS (
    SELECT DISTINCT
        one.school_id, one.school_year, one.session_name, one.local_course_code,
        one.section_identifier
    FROM staff_rows AS one
    INNER JOIN staff_rows AS other
        ON other.school_id = one.school_id
        AND other.school_year = one.school_year
        AND other.session_name = one.session_name
        AND other.local_course_code = one.local_course_code
        AND other.section_identifier = one.section_identifier
        AND other.staff_unique_id > one.staff_unique_id
        AND other.begins <= one.ends
        AND other.ends >= one.begins
    WHERE one.is_teacher_of_record AND other.is_teacher_of_record
)

SELECT
    staffing.*,
    together.school_id IS NOT NULL AS teachers_of_record_overlap
FROM staffing
LEFT JOIN together
    ON together.school_id = staffing.school_id
    AND together.school_year = staffing.school_year
    AND together.session_name = staffing.session_name
    AND together.local_course_code = staffing.local_course_code
    AND together.section_identifier = staffing.section_identifier
