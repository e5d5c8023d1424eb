-- The terms a class is held in. Its periods say nothing of bell times, so none is kept.
-- reads: classes, academicSessions

SELECT class.sourcedId AS sectionID, class.calendar_id AS trialID, term.term_id AS termID
FROM classes_in_years AS class
JOIN class_terms AS term ON term.class_id = class.sourcedId
