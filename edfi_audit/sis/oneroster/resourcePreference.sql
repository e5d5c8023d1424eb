-- The district's own list of which Ed-Fi term an academic session's title stands for.
-- reads: resourcePreference

FROM resourcePreference
