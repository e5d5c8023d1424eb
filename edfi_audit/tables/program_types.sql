-- The program types of the state, and what each counts as: dual enrollment and career education are
-- participation in a program, a World Language Program is not.
-- grain: one row per program type of the profile
-- inputs: audit.settings, reference.program_types
-- nulls: participation is null where the type counts as no participation

SELECT
    types.code,
    types.meaning,
    -- descriptors compare as full URI, namespace included
    settings.descriptor_namespace || '/ProgramTypeDescriptor#' || types.code AS descriptor,
    types.participation
FROM reference.program_types AS types
JOIN audit.settings AS settings ON settings.profile = types.profile
