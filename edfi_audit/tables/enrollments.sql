-- The school enrolments of the ODS: of what kind each is, which days it covers, and whether a
-- roster is expected for it.
-- grain: one row per distinct studentSchoolAssociation
-- inputs: audit.settings, audit.schools, ods.student_school_associations, reference.grade_levels
-- nulls: student_unique_id is null where it is blank; begins and ends where the enrolment covers no
--     day (no entry date, or an exit before it); grade_level where the code is not known

WITH records AS (
    SELECT DISTINCT
        CASE WHEN trim(student_unique_id) <> '' THEN student_unique_id END AS student_unique_id,
        school_id,
        school_year,
        entry_date,
        exit_withdraw_date AS exit_date,
        exit_withdraw_type_descriptor,
        entry_grade_level_descriptor,
        primary_school,
        CASE
            WHEN trim(enrollment_type_descriptor) <> '' THEN enrollment_type_descriptor
        END AS enrollment_type_descriptor
    FROM ods.student_school_associations
),

numbered AS (
    SELECT
        row_number() OVER (
            ORDER BY student_unique_id, school_id, entry_date, exit_date, school_year,
                exit_withdraw_type_descriptor, entry_grade_level_descriptor, primary_school,
                enrollment_type_descriptor
        ) AS enrollment_number,
        records.*,
        trim(regexp_replace(exit_withdraw_type_descriptor, '^.*#', '')) AS exit_code,
        upper(trim(regexp_replace(entry_grade_level_descriptor, '^.*#', ''))) AS grade_code,
        entry_date <= coalesce(exit_date, DATE '9999-12-31') AS covers_days
    FROM records
),

grade_levels AS (
    SELECT upper(code) AS code, CAST(ordinal AS INTEGER) AS ordinal FROM reference.grade_levels
),

described AS (
    SELECT
        numbered.*,
        schools.lea_id,
        coalesce(schools.is_choice, false) AS is_choice,
        coalesce(schools.is_jail, false) AS is_jail,
        grade_levels.ordinal AS grade_level,
        -- descriptors compare as full URI; without one, primarySchool tells
        CASE
            WHEN enrollment_type_descriptor IS NULL AND primary_school THEN 'primary'
            WHEN enrollment_type_descriptor IS NULL AND NOT primary_school THEN 'coursework'
            WHEN enrollment_type_descriptor IS NULL THEN 'unknown'
            WHEN enrollment_type_descriptor
                = settings.descriptor_namespace || '/EnrollmentTypeDescriptor#P' THEN 'primary'
            WHEN enrollment_type_descriptor
                = settings.descriptor_namespace || '/EnrollmentTypeDescriptor#C' THEN 'coursework'
            ELSE 'other'
        END AS kind,
        list_contains(
            list_transform(settings.rostered_grades_except, lambda code: upper(trim(code))),
            grade_code
        ) AS has_unrostered_grade,
        coalesce(numbered.school_year, settings.school_year) = settings.school_year
            AS is_audited_year,
        make_date(CASE WHEN numbered.school_year BETWEEN 1990 AND 2100 THEN numbered.school_year
            ELSE settings.school_year END, 6, 30) AS last_day_of_year
    FROM numbered
    CROSS JOIN audit.settings AS settings
    LEFT JOIN audit.schools AS schools ON schools.school_id = numbered.school_id
    LEFT JOIN grade_levels ON grade_levels.code = numbered.grade_code
)

SELECT
    described.enrollment_number,
    described.student_unique_id,
    described.school_id,
    described.lea_id,
    described.school_year,
    described.entry_date,
    described.exit_date,
    -- intervals are inclusive, and without an exit date open
    CASE WHEN covers_days THEN described.entry_date END AS begins,
    CASE WHEN covers_days THEN coalesce(described.exit_date, DATE '9999-12-31') END AS ends,
    described.primary_school,
    described.enrollment_type_descriptor,
    described.kind,
    described.grade_level,
    described.is_choice,
    described.is_jail,
    described.is_audited_year,
    CASE
        WHEN settings.audit_date <= described.last_day_of_year THEN 'in_term' ELSE 'after_year'
    END AS phase,
    -- "All primary enrollments of a student should report Roster information": not in the grade
    -- levels that the settings except, and not of a student who did not come (exit type DE)
    described.student_unique_id IS NOT NULL
        AND described.school_id IS NOT NULL
        AND described.kind = 'primary'
        AND described.grade_level IS NOT NULL
        AND NOT described.has_unrostered_grade
        AND coalesce(described.exit_code, '') <> 'DE'
        AND described.entry_date IS NOT NULL
        AND described.is_audited_year AS is_roster_expected
FROM described
CROSS JOIN audit.settings AS settings
