-- Students who have more than one association with one section: "If a student exits a section
-- and returns to the same section within the same term, the SIS ends the initial student section
-- and creates a new student section with a new start date."
-- grain: one row per studentSectionAssociation key of such a student
-- inputs: ods.student_section_associations, audit.programs
-- nulls: earlier_end (the latest end of the earlier ones, 9999-12-31 where one is open) is null on
--     the first; overlap where nothing overlaps; has_all_programs where no program is stated for
--     the student and section, or a program of this very association lacks a part

WITH complete AS (
    SELECT
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id, begin_date, end_date,
        hash(
            school_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id
        ) AS bucket
    FROM ods.student_section_associations
    WHERE school_id IS NOT NULL
        AND school_year IS NOT NULL
        AND session_name IS NOT NULL
        AND local_course_code IS NOT NULL
        AND section_identifier IS NOT NULL
        AND student_unique_id IS NOT NULL
        AND begin_date IS NOT NULL
),

-- cheap first pass: nearly every student has one association with a section, and those need no
-- second look
crowded AS (
    SELECT bucket FROM complete GROUP BY bucket HAVING count(*) > 1
),

-- intervals are inclusive and an empty end is open
intervals AS (
    SELECT
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id, begin_date,
        max(coalesce(end_date, DATE '9999-12-31')) AS ends,
        count(*) AS copies
    FROM complete
    WHERE bucket IN (SELECT bucket FROM crowded)
    GROUP BY ALL
),

ordered AS (
    SELECT
        *,
        max(ends) OVER (
            same_section ORDER BY begin_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS earlier_end,
        sum(copies) OVER same_section AS association_count
    FROM intervals
    WINDOW same_section AS (
        PARTITION BY
            school_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id
    )
),

-- "In both instances, the student section should be associated with student program
-- participation": what one association of a student and section states, all must state
stated AS (
    SELECT DISTINCT
        programs.school_id, programs.school_year, programs.session_name,
        programs.local_course_code, programs.section_identifier, programs.student_unique_id,
        programs.begin_date,
        programs.education_organization_id, programs.program_name,
        programs.program_type_descriptor,
        programs.education_organization_id IS NOT NULL
            AND programs.program_name IS NOT NULL
            AND programs.program_type_descriptor IS NOT NULL AS is_complete
    FROM audit.programs AS programs
    SEMI JOIN intervals
        USING (
            school_id, school_year, session_name, local_course_code, section_identifier,
            student_unique_id, begin_date
        )
    WHERE programs.resource = 'studentSectionAssociations'
),

per_section AS (
    SELECT
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id,
        count(DISTINCT (education_organization_id, program_name, program_type_descriptor))
            AS program_count
    FROM stated
    WHERE is_complete
    GROUP BY ALL
),

per_association AS (
    SELECT
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id, begin_date,
        count(*) FILTER (WHERE is_complete) AS program_count,
        count(*) FILTER (WHERE NOT is_complete) AS incomplete_count
    FROM stated
    GROUP BY ALL
)

SELECT
    ordered.school_id,
    ordered.school_year,
    ordered.session_name,
    ordered.local_course_code,
    ordered.section_identifier,
    ordered.student_unique_id,
    ordered.begin_date,
    ordered.copies,
    CAST(ordered.association_count AS BIGINT) AS association_count,
    ordered.earlier_end,
    -- touching (the second begins on the day the first ends) is no overlap
    CASE
        WHEN ordered.copies > 1 THEN 'another has the same beginDate'
        WHEN ordered.earlier_end = DATE '9999-12-31' THEN 'an earlier one has no endDate'
        WHEN ordered.begin_date < ordered.earlier_end
            THEN 'an earlier one ends on ' || CAST(ordered.earlier_end AS VARCHAR)
    END AS overlap,
    CASE
        WHEN per_section.program_count > 0 AND coalesce(per_association.incomplete_count, 0) = 0
            THEN coalesce(per_association.program_count, 0) = per_section.program_count
    END AS has_all_programs
FROM ordered
LEFT JOIN per_section
    USING (
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id
    )
LEFT JOIN per_association
    USING (
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id, begin_date
    )
WHERE ordered.association_count > 1
