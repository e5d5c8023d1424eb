-- The Final grades of each student and section, whatever begin date they name: "Only one 'Final
-- grade'" belongs to them, and it is the outcome of all of the student's associations with the
-- section. `outcome` is 'graded' for a letter, a number, Pass or Fail; 'not graded' where the grade
-- says so itself; 'none' for the rest, such as Not Completed. Of several, a grade comes first, then
-- Not Graded.
-- grain: one row per student and section with a Final grade
-- inputs: audit.settings, ods.grades, reference.grade_outcomes
-- nulls: none

-- descriptors compare as full URI, namespace included
WITH conversions AS (
    SELECT
        settings.descriptor_namespace || '/PerformanceBaseConversionDescriptor#' || outcomes.code
            AS descriptor,
        outcomes.outcome
    FROM reference.grade_outcomes AS outcomes
    CROSS JOIN audit.settings AS settings
),

finals AS (
    SELECT
        grades.school_id, grades.school_year, grades.session_name, grades.local_course_code,
        grades.section_identifier, grades.student_unique_id,
        CASE
            WHEN trim(grades.letter_grade_earned) <> ''
                OR grades.numeric_grade_earned IS NOT NULL THEN 'graded'
            ELSE coalesce(conversions.outcome, 'none')
        END AS outcome,
        hash(
            grades.school_id, grades.school_year, grades.session_name, grades.local_course_code,
            grades.section_identifier, grades.student_unique_id
        ) AS bucket
    FROM ods.grades AS grades
    JOIN audit.settings AS settings
        ON grades.grade_type_descriptor
            = settings.descriptor_namespace || '/GradeTypeDescriptor#Final'
    LEFT JOIN conversions
        ON conversions.descriptor = grades.performance_base_conversion_descriptor
    WHERE grades.school_id IS NOT NULL
        AND grades.school_year IS NOT NULL
        AND trim(grades.session_name) <> ''
        AND trim(grades.local_course_code) <> ''
        AND trim(grades.section_identifier) <> ''
        AND trim(grades.student_unique_id) <> ''
),

-- cheap first pass: nearly every student has one Final grade in a section, and those need no
-- grouping
crowded AS (
    SELECT bucket FROM finals GROUP BY bucket HAVING count(*) > 1
)

SELECT * EXCLUDE (bucket), 1 AS final_count
FROM finals
ANTI JOIN crowded USING (bucket)
UNION ALL BY NAME
SELECT
    school_id, school_year, session_name, local_course_code, section_identifier,
    student_unique_id,
    CASE
        WHEN bool_or(outcome = 'graded') THEN 'graded'
        WHEN bool_or(outcome = 'not graded') THEN 'not graded'
        ELSE 'none'
    END AS outcome,
    CAST(count(*) AS INTEGER) AS final_count
FROM finals
SEMI JOIN crowded USING (bucket)
GROUP BY ALL
