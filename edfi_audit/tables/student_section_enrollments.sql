-- The student section associations of the ODS beside the student's enrolments at the school, the
-- session of the section, and the student's earlier associations with the section.
-- grain: one row per studentSectionAssociation key; one without a whole key is a row by itself
-- resource: studentSectionAssociations
-- key: school_id, school_year, session_name, local_course_code, section_identifier,
--     student_unique_id, begin_date
-- inputs: audit.sessions, audit.student_section_associations, audit.student_section_reentries,
--     audit.student_spells
-- nulls: a check is null where a date or a part of the key that it needs is missing, and where the
--     association ends before it begins; overlaps_session where the session's begin is not known,
--     is_apart on a student's first association with a section, is_within_enrollment where no
--     enrolment overlaps; enrolled_from and enrolled_to give the last enrolment (merged with those
--     that follow without a gap) that begins by the association's end

WITH associations AS (
    SELECT
        school_id, lea_id, school_year, session_name, local_course_code, section_identifier,
        student_unique_id, begin_date, end_date, phase, is_choice, session_end_date, overlap,
        coalesce(end_date, DATE '9999-12-31') AS ends,
        coalesce(begin_date <= coalesce(end_date, DATE '9999-12-31'), false) AS has_days,
        trim(student_unique_id) <> '' AS has_student
    FROM audit.student_section_associations
),

enrolled AS (
    SELECT student_unique_id, school_id, begins, ends
    FROM audit.student_spells
    WHERE what = 'enrolled'
),

-- Merged enrolments do not touch one another, so the last that begins by the association's end is
-- the one that overlaps or contains it, if any does.
beside AS (
    SELECT
        associations.*,
        enrolled.begins AS enrolled_from,
        enrolled.ends AS enrolled_to
    FROM associations
    ASOF LEFT JOIN enrolled
        ON enrolled.student_unique_id = associations.student_unique_id
        AND enrolled.school_id = associations.school_id
        AND enrolled.begins <= associations.ends
),

checked AS (
    SELECT
        beside.*,
        CASE
            WHEN has_student AND school_id IS NOT NULL AND has_days
                THEN coalesce(enrolled_to >= begin_date, false)
        END AS is_enrolled
    FROM beside
)

SELECT
    checked.school_id,
    checked.lea_id,
    checked.school_year,
    checked.session_name,
    checked.local_course_code,
    checked.section_identifier,
    checked.student_unique_id,
    checked.begin_date,
    checked.end_date,
    checked.phase,
    checked.is_choice,
    sessions.begin_date AS session_begin_date,
    checked.session_end_date,

    -- "Month, day, and year of the Student's entry or assignment to the Section"
    CASE
        WHEN checked.has_days AND sessions.begin_date IS NOT NULL
            THEN checked.begin_date <= sessions.end_date AND checked.ends >= sessions.begin_date
    END AS overlaps_session,

    -- "the SIS ends the initial student section and creates a new student section": a real exit
    -- lies between the two. What overlaps is SSA-014's
    CASE
        WHEN checked.overlap IS NOT NULL AND reentries.earlier_end IS NOT NULL
            THEN checked.overlap <> 'none' OR reentries.earlier_end <> reentries.begin_date
    END AS is_apart,

    -- "The high school submits a non-primary 'Coursework' enrollment and Roster data": of some
    -- kind, an enrolment there must be
    checked.is_enrolled,
    CASE
        WHEN checked.is_enrolled
            THEN checked.enrolled_from <= checked.begin_date AND checked.enrolled_to >= checked.ends
    END AS is_within_enrollment,
    checked.enrolled_from,
    nullif(checked.enrolled_to, DATE '9999-12-31') AS enrolled_to
FROM checked
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = checked.school_id
    AND sessions.school_year = checked.school_year
    AND sessions.session_name = checked.session_name
LEFT JOIN audit.student_section_reentries AS reentries
    ON reentries.school_id = checked.school_id
    AND reentries.school_year = checked.school_year
    AND reentries.session_name = checked.session_name
    AND reentries.local_course_code = checked.local_course_code
    AND reentries.section_identifier = checked.section_identifier
    AND reentries.student_unique_id = checked.student_unique_id
    AND reentries.begin_date = checked.begin_date
