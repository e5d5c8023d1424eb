-- The grade levels that a student had in the audited year, as numbers (Kindergarten is 0): those of
-- the primary enrolments, at whichever school. "Coursework" at another school, "only for the one or
-- two courses taken" there, does not change a student's grade.
-- grain: one row per student with a primary enrolment of a known grade level
-- inputs: audit.enrollments
-- nulls: none

SELECT
    student_unique_id,
    min(grade_level) AS lowest,
    max(grade_level) AS highest
FROM audit.enrollments
WHERE kind = 'primary'
    AND is_audited_year
    AND student_unique_id IS NOT NULL
    AND grade_level IS NOT NULL
GROUP BY student_unique_id
