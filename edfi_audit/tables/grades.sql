-- The grades of the ODS beside the associations they belong to: "'Final' gradeType is the only
-- allowable gradeTypeDescriptor", and one Final grade for each student and section. Grades of
-- Choice schools are not expected and not here.
-- grain: one row per grade of a public school
-- resource: grades
-- key: school_id, school_year, session_name, local_course_code, section_identifier,
--     student_unique_id, begin_date, grade_type_descriptor, grading_period_descriptor,
--     grading_period_school_year, period_sequence, grading_period_name
-- inputs: audit.settings, audit.schools, audit.sessions, audit.student_section_associations,
--     audit.final_grades, audit.returning_students, audit.student_section_program_statements,
--     audit.advanced_course_offerings, ods.grades
-- nulls: association_in_ods is null where a part of the association's key is missing;
--     final_grade_count where the grade is not Final, or student or section lacks a part;
--     is_on_latest_association unless the grade is the only Final one and its association is there;
--     not_graded_check unless it is a Final grade that says Not Graded

WITH grades AS (
    SELECT
        grades.school_id, grades.school_year, grades.session_name, grades.local_course_code,
        grades.section_identifier, grades.student_unique_id, grades.begin_date,
        grades.grade_type_descriptor, grades.grading_period_descriptor,
        grades.grading_period_school_year, grades.period_sequence, grades.grading_period_name,
        schools.lea_id,
        -- a session that is not in the ODS ends on 30 June of its school year
        coalesce(
            sessions.phase,
            CASE WHEN settings.audit_date <= make_date(
                    CASE WHEN grades.school_year BETWEEN 1990 AND 2100 THEN grades.school_year
                        ELSE settings.school_year END, 6, 30)
                THEN 'in_term' ELSE 'after_year' END
        ) AS phase,
        -- descriptors compare as full URI, namespace included
        coalesce(
            grades.grade_type_descriptor
                = settings.descriptor_namespace || '/GradeTypeDescriptor#Final',
            false
        ) AS is_final,
        coalesce(
            grades.performance_base_conversion_descriptor = settings.descriptor_namespace
                || '/PerformanceBaseConversionDescriptor#Not Graded',
            false
        ) AS is_not_graded,
        coalesce(
            grades.school_id IS NOT NULL
                AND grades.school_year IS NOT NULL
                AND trim(grades.session_name) <> ''
                AND trim(grades.local_course_code) <> ''
                AND trim(grades.section_identifier) <> ''
                AND trim(grades.student_unique_id) <> '',
            false
        ) AS has_section_and_student
    FROM ods.grades AS grades
    CROSS JOIN audit.settings AS settings
    LEFT JOIN audit.schools AS schools ON schools.school_id = grades.school_id
    LEFT JOIN audit.sessions AS sessions
        ON sessions.school_id = grades.school_id
        AND sessions.school_year = grades.school_year
        AND sessions.session_name = grades.session_name
    WHERE NOT coalesce(schools.is_choice, false)
),

-- "'Not Graded' should not be used for AP / IB / Dual Enrollment" and career education
participants AS (
    SELECT DISTINCT
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id
    FROM audit.student_section_program_statements
    WHERE participation IS NOT NULL
)

SELECT
    grades.school_id,
    grades.lea_id,
    grades.school_year,
    grades.session_name,
    grades.local_course_code,
    grades.section_identifier,
    grades.student_unique_id,
    grades.begin_date,
    grades.grade_type_descriptor,
    grades.grading_period_descriptor,
    grades.grading_period_school_year,
    grades.period_sequence,
    grades.grading_period_name,
    grades.phase,
    grades.is_final,
    CASE WHEN grades.has_section_and_student AND grades.begin_date IS NOT NULL
        THEN associations.school_id IS NOT NULL END AS association_in_ods,
    CASE WHEN grades.is_final THEN finals.final_count END AS final_grade_count,
    -- "most recent studentSectionAssociation with the latest beginDate"
    coalesce(returned.latest_begin_date, grades.begin_date) AS latest_begin_date,
    CASE WHEN grades.is_final AND finals.final_count = 1 AND associations.school_id IS NOT NULL
        THEN grades.begin_date = coalesce(returned.latest_begin_date, grades.begin_date)
    END AS is_on_latest_association,
    CASE
        WHEN NOT (grades.is_final AND grades.is_not_graded AND grades.has_section_and_student)
            THEN NULL
        WHEN participants.school_id IS NOT NULL THEN 'the student takes part in a program'
        WHEN advanced.school_id IS NOT NULL THEN 'the course is AP or IB'
        ELSE 'ok'
    END AS not_graded_check
FROM grades
LEFT JOIN audit.student_section_associations AS associations
    USING (
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id, begin_date
    )
LEFT JOIN audit.final_grades AS finals
    USING (
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id
    )
LEFT JOIN audit.returning_students AS returned
    USING (
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id
    )
LEFT JOIN participants
    USING (
        school_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id
    )
LEFT JOIN audit.advanced_course_offerings AS advanced
    USING (school_id, school_year, session_name, local_course_code)
