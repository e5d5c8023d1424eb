-- The school enrolments of the ODS beside the student's rosters and other enrolments.
-- grain: one row per studentSchoolAssociation; records that are the same in all fields are one row
-- resource: studentSchoolAssociations
-- key: student_unique_id, school_id, entry_date
-- inputs: audit.settings, audit.enrollments, audit.student_rosters, audit.uncovered_days,
--     audit.students_at_several_schools, sis.person, sis.program, sis.programParticipation
-- nulls: a check is null where its rule does not look at the enrolment; uncovered_from and
--     uncovered_session where no day is uncovered; most_sections on all but Coursework enrolments
--     with a roster

WITH rostered_students AS (
    SELECT DISTINCT student_unique_id FROM audit.student_rosters
),

-- "students receiving only Speech and Language Services or only Therapy/Social Interaction"
speech_students AS (
    SELECT nullif(trim(person.edfiID), '') AS student_unique_id
    FROM sis.programParticipation AS participation
    INNER JOIN sis.person AS person ON person.personID = participation.personID
    CROSS JOIN audit.settings AS settings
    LEFT JOIN sis.program AS program ON program.programID = participation.programID
    GROUP BY 1
    HAVING bool_and(coalesce(list_contains(settings.speech_programs, program.name), false))
),

-- "For school districts that have students who are attending jail or detention schools outside of
-- their district borders, the LEA housing the school will do all the reporting"
jailed AS (
    SELECT enrollment_number, student_unique_id, school_id, lea_id, begins, ends
    FROM audit.enrollments
    WHERE is_jail AND NOT is_choice AND student_unique_id IS NOT NULL
),

beside_jail AS (
    SELECT
        enrollments.enrollment_number,
        min(jailed.school_id) FILTER (
            WHERE jailed.lea_id <> enrollments.lea_id
                AND jailed.begins <= enrollments.ends
                AND jailed.ends >= enrollments.begins
        ) AS jail_school_of_other_lea
    FROM audit.enrollments AS enrollments
    INNER JOIN jailed
        ON jailed.student_unique_id = enrollments.student_unique_id
        AND jailed.enrollment_number <> enrollments.enrollment_number
    GROUP BY enrollments.enrollment_number
),

facts AS (
    SELECT
        enrollments.*,
        coalesce(enrollments.exit_date, settings.audit_date) - enrollments.entry_date
            AS enrolled_days,
        coalesce(rosters.association_count, 0) AS association_count,
        rosters.most_sections,
        rosters.fullest_session,
        enrollments.kind = 'coursework'
            AND enrollments.is_audited_year
            AND enrollments.student_unique_id IS NOT NULL
            AND enrollments.school_id IS NOT NULL AS is_coursework
    FROM audit.enrollments AS enrollments
    CROSS JOIN audit.settings AS settings
    LEFT JOIN audit.student_rosters AS rosters
        ON rosters.student_unique_id = enrollments.student_unique_id
        AND rosters.school_id = enrollments.school_id
)

SELECT
    facts.school_id,
    facts.lea_id,
    facts.school_year,
    facts.student_unique_id,
    facts.entry_date,
    facts.exit_date,
    facts.phase,
    facts.is_choice,
    facts.kind,
    facts.primary_school,
    facts.enrollment_type_descriptor,
    settings.enrollment_grace_days,
    settings.uncovered_days AS uncovered_days_allowed,
    settings.coursework_sections,

    -- "All primary enrollments of a student should report Roster information to WISEdata": due
    -- once the enrolment has lasted a while
    facts.enrolled_days,
    CASE
        WHEN facts.is_roster_expected
            THEN facts.association_count > 0
                OR facts.enrolled_days <= settings.enrollment_grace_days
    END AS has_roster_when_due,

    -- "for all periods of time when a student is/was enrolled"
    uncovered.uncovered_days,
    uncovered.uncovered_from,
    uncovered.session_name AS uncovered_session,
    uncovered.uncovered_days <= settings.uncovered_days AS is_covered,

    several.enrolled_as,
    several.is_right AS is_primary_at_one_school,

    CASE
        WHEN facts.primary_school AND facts.enrollment_type_descriptor IS NOT NULL
            THEN facts.kind = 'primary'
                OR facts.enrollment_type_descriptor
                    = settings.descriptor_namespace || '/EnrollmentTypeDescriptor#Membership'
    END AS primary_school_has_primary_type,

    -- "Roster data only for the one or two courses taken at the high school"
    CASE
        WHEN facts.is_coursework AND facts.entry_date <= settings.audit_date
            THEN facts.association_count > 0
    END AS has_coursework_sections,
    CASE WHEN facts.is_coursework THEN facts.most_sections END AS most_sections,
    facts.fullest_session,
    CASE
        WHEN facts.is_coursework AND facts.association_count > 0
            THEN coalesce(facts.most_sections, 0) <= settings.coursework_sections
    END AS has_few_sections,

    -- "As of 2022-23 SY, at least one course is now available"
    CASE
        WHEN speech.student_unique_id IS NOT NULL
            AND settings.school_year >= 2023
            THEN rostered.student_unique_id IS NOT NULL
    END AS speech_student_has_section,

    beside_jail.jail_school_of_other_lea,
    CASE
        WHEN beside_jail.enrollment_number IS NOT NULL
            THEN beside_jail.jail_school_of_other_lea IS NULL
    END AS jail_leaves_reporting_here
FROM facts
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.uncovered_days AS uncovered
    ON uncovered.enrollment_number = facts.enrollment_number
LEFT JOIN audit.students_at_several_schools AS several
    ON several.enrollment_number = facts.enrollment_number
LEFT JOIN speech_students AS speech ON speech.student_unique_id = facts.student_unique_id
LEFT JOIN rostered_students AS rostered ON rostered.student_unique_id = facts.student_unique_id
LEFT JOIN beside_jail ON beside_jail.enrollment_number = facts.enrollment_number
