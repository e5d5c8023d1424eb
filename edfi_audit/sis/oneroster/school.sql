-- The schools, by what the district calls their identifier: the state's or Ed-Fi's school number.
-- reads: orgs

SELECT
    sourcedId AS schoolID,
    parentSourcedId AS districtID,
    identifier AS number,
    name
FROM orgs
WHERE lower(type) = 'school'
