-- The Campus sections of the audited year with every send gate that does not depend on the term.
-- A gate is true when the section may be sent; a section of a trial that is not active is none.
-- grain: one row per Campus section
-- inputs: sis.section, sis.trial, sis.sectionPlacement, sis.roster, sis.gradingTask,
--   sis.courseGradingTask, sis.gradingScore, audit.campus_courses, audit.section_identifiers,
--   audit.inputs, audit.settings
-- nulls: a gate is null where the extract does not say; an unknown gate holds nothing back

WITH placed AS (
    SELECT DISTINCT sectionID, trialID
    FROM sis.sectionPlacement
    WHERE termID IS NOT NULL
),

rostered AS (
    SELECT DISTINCT sectionID, trialID
    FROM sis.roster
),

final_tasks AS (
    -- a grading task "marked State Reported with Ed-Fi Grade Type Final", not "Exclude from Ed-Fi"
    SELECT taskID
    FROM sis.gradingTask
    WHERE stateReported
        AND lower(trim(edfiGradeType)) = 'final'
        AND NOT coalesce(excludeEdfi, FALSE)
),

course_tasks AS (
    SELECT link.courseID, bool_or(final_tasks.taskID IS NOT NULL) AS has_final
    FROM sis.courseGradingTask AS link
    LEFT JOIN final_tasks ON final_tasks.taskID = link.taskID
    GROUP BY link.courseID
),

scored_tasks AS (
    SELECT score.sectionID, bool_or(final_tasks.taskID IS NOT NULL) AS has_final
    FROM (SELECT DISTINCT sectionID, taskID FROM sis.gradingScore) AS score
    LEFT JOIN final_tasks ON final_tasks.taskID = score.taskID
    GROUP BY score.sectionID
),

known AS (
    -- which of the optional tables say anything at all, and what is asked of them
    SELECT
        EXISTS (SELECT 1 FROM sis.roster) AS rosters,
        EXISTS (SELECT 1 FROM sis.gradingTask) AND NOT EXISTS (
            SELECT 1 FROM audit.inputs
            WHERE name IN ('sis.gradingTask.stateReported', 'sis.gradingTask.edfiGradeType')
                AND missing IS NOT NULL
        ) AS tasks,
        EXISTS (SELECT 1 FROM sis.courseGradingTask) AS course_tasks
)

SELECT
    section.sectionID AS section_id,
    section.trialID AS trial_id,
    course.* EXCLUDE (course_name, gate_numbered),
    nullif(identifiers.section_identifier, '') AS section_identifier,
    nullif(trim(section.teacherOverride), '') AS section_override,
    course.gate_numbered AND nullif(identifiers.section_identifier, '') IS NOT NULL
        AS gate_numbered,
    course_tasks.has_final AS course_has_final_task,
    scored_tasks.has_final AS scores_final_task,
    placed.sectionID IS NOT NULL AS gate_placed,
    CASE WHEN settings.profile = 'WI' AND known.rosters
        THEN rostered.sectionID IS NOT NULL END AS gate_has_students,
    CASE WHEN settings.profile = 'WI' AND known.tasks AND known.course_tasks
            THEN coalesce(course_tasks.has_final, FALSE) OR coalesce(scored_tasks.has_final, FALSE)
        WHEN settings.profile = 'WI' AND known.tasks
            THEN scored_tasks.has_final
    END AS gate_final_task
FROM sis.section AS section
CROSS JOIN audit.settings AS settings
CROSS JOIN known
JOIN sis.trial AS trial ON trial.trialID = section.trialID AND trial.active
JOIN audit.campus_courses AS course ON course.course_id = section.courseID
LEFT JOIN audit.section_identifiers AS identifiers
    ON identifiers.sectionID = section.sectionID AND identifiers.trialID = section.trialID
LEFT JOIN placed ON placed.sectionID = section.sectionID AND placed.trialID = section.trialID
LEFT JOIN rostered ON rostered.sectionID = section.sectionID AND rostered.trialID = section.trialID
LEFT JOIN course_tasks ON course_tasks.courseID = course.course_id
LEFT JOIN scored_tasks ON scored_tasks.sectionID = section.sectionID
