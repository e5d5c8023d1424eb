-- The instructional approach and the site-based initiative that a course's codes stand for, beside
-- those of its course offerings in the ODS. A code is read by the longest prefix and the longest
-- suffix of the specification's lists; a status it does not end in is that of "Curriculum and
-- Implementation". Where several courses amount to one offering, what any of them asks for is
-- accepted, and every one's code is judged.
-- grain: one row per course offering that ought to be in the ODS, and array; Minnesota's alone
-- resource: courseOfferings
-- key: school_id, school_year, session_name, local_course_code
-- row: array_name
-- inputs: audit.settings, audit.schools, audit.sessions, audit.offering_courses, sis.course,
--   ods.course_offerings, reference.instructional_approaches, reference.site_based_initiatives,
--   reference.implementation_statuses
-- nulls: a check is null where it has nothing to judge: no code, no prefix, no status; those of the
--   arrays also where the offering is not in the ODS, or no offering of the ODS has any array

WITH prefixes AS (
    -- "All codes that begin with 'ABA...'"
    SELECT 'instructionalApproaches' AS array_name, code, 'InstructionalApproach' AS kind
    FROM reference.instructional_approaches
    UNION ALL
    SELECT 'siteBasedInitiatives', code, 'SiteBasedInitiative'
    FROM reference.site_based_initiatives
),

reported AS (
    SELECT school_id, school_year, session_name, local_course_code,
        'instructionalApproaches' AS array_name,
        unnest(instructional_approaches).instructional_approach_descriptor AS descriptor,
        unnest(instructional_approaches).implementation_status_descriptor AS status
    FROM ods.course_offerings
    UNION ALL
    SELECT school_id, school_year, session_name, local_course_code,
        'siteBasedInitiatives',
        unnest(site_based_initiatives).site_based_initiative_descriptor,
        unnest(site_based_initiatives).implementation_status_descriptor
    FROM ods.course_offerings
),

arrays AS (
    SELECT school_id, school_year, session_name, local_course_code, array_name,
        list({'descriptor': coalesce(descriptor, ''), 'status': coalesce(status, '')}) AS entries,
        string_agg(concat_ws(' with ', descriptor, status), ', ' ORDER BY descriptor, status)
            AS actual
    FROM reported
    GROUP BY ALL
),

codes AS (
    SELECT
        offering.*,
        unnest(['instructionalApproaches', 'siteBasedInitiatives']) AS array_name,
        nullif(upper(trim(unnest([course.eeInstApproachAndImp, course.eeSiteBasedInitAndImp]))), '')
            AS code,
        upper(trim(course.eeCurrAndImp)) AS curriculum_code,
        coalesce(course.specialEducation, FALSE) AS is_special_education
    FROM audit.offering_courses AS offering
    CROSS JOIN audit.settings AS settings
    JOIN sis.course AS course ON course.courseID = offering.course_id
    WHERE offering.absence_reason IS NULL AND settings.profile = 'MN'
),

beginnings AS (
    SELECT codes.array_name, codes.code, prefixes.kind,
        max_by(prefixes.code, length(prefixes.code)) AS prefix,
        count(*) AS prefix_count
    FROM (SELECT DISTINCT array_name, code FROM codes) AS codes
    JOIN prefixes
        ON prefixes.array_name = codes.array_name AND starts_with(codes.code, prefixes.code)
    GROUP BY ALL
),

endings AS (
    -- "All codes that end with '...CBEG'"
    SELECT codes.code, max_by(statuses.code, length(statuses.code)) AS ending
    FROM (SELECT code FROM codes UNION SELECT curriculum_code FROM codes) AS codes
    JOIN reference.implementation_statuses AS statuses ON ends_with(codes.code, statuses.code)
    GROUP BY codes.code
),

deciphered AS (
    SELECT
        codes.*,
        beginnings.prefix,
        beginnings.prefix_count,
        own.ending AS own_status,
        curriculum.ending AS curriculum_status,
        CASE WHEN beginnings.prefix IS NOT NULL
            THEN coalesce(own.ending, curriculum.ending) END AS status,
        settings.descriptor_namespace || '/' || beginnings.kind || 'Descriptor#'
            || beginnings.prefix AS descriptor,
        settings.descriptor_namespace || '/ImplementationStatusDescriptor#' || status
            AS status_descriptor,
        CASE WHEN beginnings.prefix IS NOT NULL
            THEN concat_ws(' with ', descriptor, status_descriptor) END AS asked_for,
        list_contains(settings.centers_of_excellence, codes.campus_school_id) AS is_center
    FROM codes
    CROSS JOIN audit.settings AS settings
    LEFT JOIN beginnings
        ON beginnings.array_name = codes.array_name AND beginnings.code = codes.code
    LEFT JOIN endings AS own ON own.code = codes.code
    LEFT JOIN endings AS curriculum ON curriculum.code = codes.curriculum_code
),

judged AS (
    SELECT
        school_id, school_year, session_name, local_course_code, array_name,
        is_linked,
        string_agg(DISTINCT code, ', ' ORDER BY code) AS code,
        string_agg(DISTINCT prefix, ', ' ORDER BY prefix) AS prefix,
        string_agg(DISTINCT status, ', ' ORDER BY status) AS status,
        string_agg(DISTINCT curriculum_status, ', ' ORDER BY curriculum_status)
            AS curriculum_status,
        string_agg(DISTINCT asked_for, ' or ' ORDER BY asked_for) AS expected,
        list(descriptor) FILTER (WHERE prefix IS NOT NULL) AS descriptors,
        list({'descriptor': descriptor, 'status': status_descriptor})
            FILTER (WHERE status IS NOT NULL) AS with_status,
        list(descriptor) FILTER (WHERE prefix IS NOT NULL AND status IS NULL) AS without_status,
        bool_or(prefix IS NULL) AS may_be_absent,
        bool_and(prefix IS NOT NULL AND own_status IS NOT NULL)
            FILTER (WHERE code IS NOT NULL) AS is_code_mapped,
        bool_and(prefix_count = 1) FILTER (WHERE prefix IS NOT NULL) AS has_one_prefix,
        -- "Only used with Program = Special Ed"
        bool_and(is_special_education) FILTER (WHERE prefix = 'TD') AS is_td_in_special_education,
        -- "Centers of Excellence ONLY"
        bool_and(is_center OR status NOT IN ('CBEG', 'CEXP', 'CMNT'))
            FILTER (WHERE status IS NOT NULL) AS may_have_status,
        bool_and(own_status = 'X') FILTER (WHERE prefix = 'NONE') AS is_none_without_status,
        bool_and(own_status = curriculum_status) AS statuses_agree
    FROM deciphered
    GROUP BY ALL
),

compared AS (
    SELECT
        judged.*,
        arrays.actual,
        coalesce(arrays.entries, []) AS entries,
        judged.is_linked AND EXISTS (SELECT 1 FROM arrays) AS is_comparable
    FROM judged
    LEFT JOIN arrays USING (school_id, school_year, session_name, local_course_code, array_name)
),

laid_beside AS (
    SELECT
        *,
        -- "Report the mapped value, if it exists"
        CASE WHEN is_comparable AND prefix IS NOT NULL THEN CASE
            WHEN len(entries) = 0 THEN may_be_absent
            ELSE len([1 FOR one IN entries IF NOT list_contains(descriptors, one.descriptor)]) = 0
        END END AS array_agrees,
        -- "If no mapping exists, or no value is selected in the drop list, do not report the array"
        CASE WHEN is_comparable AND prefix IS NULL THEN len(entries) = 0 END AS array_is_absent
    FROM compared
)

SELECT
    beside.* EXCLUDE (is_linked, is_comparable, may_be_absent, entries, descriptors, with_status,
        without_status),
    schools.lea_id,
    coalesce(sessions.phase, CASE WHEN settings.audit_date <= make_date(settings.school_year, 6, 30)
        THEN 'in_term' ELSE 'after_year' END) AS phase,
    CASE WHEN array_agrees AND len(entries) > 0 AND status IS NOT NULL THEN
        len([1 FOR one IN entries IF NOT list_contains(with_status, one)
            AND NOT coalesce(list_contains(without_status, one.descriptor), FALSE)]) = 0
    END AS status_agrees
FROM laid_beside AS beside
CROSS JOIN audit.settings AS settings
LEFT JOIN audit.schools AS schools ON schools.school_id = beside.school_id
LEFT JOIN audit.sessions AS sessions
    ON sessions.school_id = beside.school_id
    AND sessions.school_year = beside.school_year
    AND sessions.session_name = beside.session_name
