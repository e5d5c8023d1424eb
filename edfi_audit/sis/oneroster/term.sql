-- The academic sessions that classes are held in.
-- reads: classes, academicSessions

SELECT DISTINCT term_id AS termID, title AS name, startDate, endDate
FROM class_terms
