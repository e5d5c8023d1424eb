-- The days on which a student is enrolled in a school, and those on which the student is rostered
-- there (has any association with a section), each as unbroken runs: intervals that overlap, or of
-- which one follows on the day after the other, are one run.
-- grain: one row per student, school, what (enrolled; rostered, in the audited year or with no year
--     named; rostered in another year) and run of days
-- inputs: audit.settings, audit.enrollments, audit.student_section_associations
-- nulls: none; a run without an end ends on 31 December 9999

WITH intervals AS (
    SELECT 'enrolled' AS what, student_unique_id, school_id, begins, ends
    FROM audit.enrollments
    UNION ALL
    SELECT
        CASE WHEN associations.school_year <> settings.school_year
            THEN 'rostered in another year' ELSE 'rostered' END,
        CASE WHEN trim(student_unique_id) <> '' THEN student_unique_id END,
        school_id,
        begin_date,
        coalesce(end_date, DATE '9999-12-31')
    FROM audit.student_section_associations AS associations
    CROSS JOIN audit.settings AS settings
),

-- cheap first pass: most of a student's sections begin on the same few days
longest AS (
    SELECT what, student_unique_id, school_id, begins, max(ends) AS ends
    FROM intervals
    WHERE student_unique_id IS NOT NULL AND school_id IS NOT NULL AND begins <= ends
    GROUP BY ALL
),

marked AS (
    SELECT
        *,
        begins > max(ends) OVER (
            PARTITION BY what, student_unique_id, school_id
            ORDER BY begins ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) + 1 AS begins_anew
    FROM longest
),

runs AS (
    SELECT
        *,
        count(*) FILTER (WHERE begins_anew) OVER (
            PARTITION BY what, student_unique_id, school_id ORDER BY begins
        ) AS run_number
    FROM marked
)

SELECT
    what,
    student_unique_id,
    school_id,
    min(begins) AS begins,
    max(ends) AS ends
FROM runs
GROUP BY what, student_unique_id, school_id, run_number
