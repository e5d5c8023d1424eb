-- Persons by their identifier, which is their unique id in the ODS; a district that keeps it
-- elsewhere says so with an alias.
-- reads: users

SELECT sourcedId AS personID, identifier AS edfiID
FROM users
