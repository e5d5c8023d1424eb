-- Students who left a section and came back, by their last association with it: "dropped out of the
-- section, joined back in the same section within the same term".
-- grain: one row per student and section with more than one studentSectionAssociation key
-- inputs: audit.student_section_reentries
-- nulls: none

SELECT
    school_id, school_year, session_name, local_course_code, section_identifier,
    student_unique_id,
    max(begin_date) AS latest_begin_date
FROM audit.student_section_reentries
GROUP BY ALL
-- records with one key are one association
HAVING count(*) > 1
