-- Students who take sections at several schools at a time, and how those schools enrolled them:
-- "the middle school submits a primary ... The high school submits a non-primary 'Coursework'
-- enrollment and Roster data only for the one or two courses taken at the high school."
-- grain: one row per enrolment that overlaps the student's sections at one of these schools
-- inputs: audit.enrollments, audit.schools, audit.student_spells
-- nulls: none

WITH rostered AS (
    SELECT spells.student_unique_id, spells.school_id, spells.begins, spells.ends
    FROM audit.student_spells AS spells
    INNER JOIN audit.schools AS schools
        ON schools.school_id = spells.school_id AND NOT schools.is_choice
    WHERE spells.what IN ('rostered', 'rostered in another year')
),

-- cheap first pass: nearly every student has sections at one school only
travelling AS (
    SELECT student_unique_id FROM rostered
    GROUP BY student_unique_id
    HAVING min(school_id) <> max(school_id)
),

theirs AS (
    SELECT * FROM rostered SEMI JOIN travelling USING (student_unique_id)
),

-- the schools at which the student has sections on the same day as at another
involved AS (
    SELECT DISTINCT one.student_unique_id, one.school_id
    FROM theirs AS one
    INNER JOIN theirs AS other
        ON other.student_unique_id = one.student_unique_id
        AND other.school_id <> one.school_id
        AND other.begins <= one.ends
        AND other.ends >= one.begins
),

considered AS (
    SELECT DISTINCT
        enrollments.enrollment_number, enrollments.student_unique_id, enrollments.school_id,
        enrollments.kind,
        enrollments.kind = 'primary' AND coalesce(enrollments.primary_school, true) AS is_primary,
        enrollments.kind = 'coursework' AND NOT coalesce(enrollments.primary_school, false)
            AS is_coursework
    FROM audit.enrollments AS enrollments
    INNER JOIN involved
        ON involved.student_unique_id = enrollments.student_unique_id
        AND involved.school_id = enrollments.school_id
    INNER JOIN theirs
        ON theirs.student_unique_id = enrollments.student_unique_id
        AND theirs.school_id = enrollments.school_id
        AND theirs.begins <= enrollments.ends
        AND theirs.ends >= enrollments.begins
),

-- a school that did not enrol the student is SSA-018's
per_school AS (
    SELECT
        student_unique_id,
        school_id,
        bool_or(is_primary) AS has_primary,
        bool_and(is_coursework) AS has_coursework_only,
        string_agg(DISTINCT kind, ' and ' ORDER BY kind) AS kinds
    FROM considered
    GROUP BY student_unique_id, school_id
),

per_student AS (
    SELECT
        student_unique_id,
        count(*) FILTER (WHERE has_primary) = 1
            AND bool_and(has_primary OR has_coursework_only) AS is_right,
        string_agg(kinds || ' at school ' || school_id, ', ' ORDER BY school_id) AS enrolled_as
    FROM per_school
    GROUP BY student_unique_id
    HAVING count(*) > 1
)

SELECT considered.enrollment_number, per_student.is_right, per_student.enrolled_as
FROM considered
INNER JOIN per_student ON per_student.student_unique_id = considered.student_unique_id
