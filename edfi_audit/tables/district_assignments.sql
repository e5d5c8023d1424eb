-- The District Assignments of Campus and the Ed-Fi school each counts for: several Campus schools
-- may report as one Ed-Fi school.
-- grain: one row per District Assignment
-- inputs: sis.employmentAssignment, audit.campus_schools
-- nulls: school_id is null where the school has no number that Ed-Fi could use; a date that is not
--   set is null

SELECT
    assignment.assignmentID AS assignment_id,
    assignment.personID AS person_id,
    school.school_id,
    assignment.startDate AS assigned_from,
    assignment.endDate AS assigned_to,
    assignment.modifiedDate AS assignment_modified
FROM sis.employmentAssignment AS assignment
LEFT JOIN audit.campus_schools AS school ON school.campus_school_id = assignment.schoolID
