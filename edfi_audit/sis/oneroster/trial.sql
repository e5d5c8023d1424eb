-- OneRoster knows no trial schedules: every calendar has the one that counts.
-- reads: classes, academicSessions

SELECT DISTINCT calendar_id AS trialID, calendar_id AS calendarID, TRUE AS active
FROM classes_in_years
