"""The Ed-Fi resources a server of Data Standard 3 to 5 knows, in dependency order.

Written down here on its own, not taken from what a pull reads: a stand-in that shared the client's
idea of a key would share its mistakes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

__all__ = ["REFERENCED", "RESOURCES", "Resource", "resource_of"]

# One line per resource: its name and where the parts of its natural key stand. A part is known by
# the last segment of its path, or by the name before `=` where two parts would share one.
_KEYS = """
schoolYearTypes schoolYear
stateEducationAgencies stateEducationAgencyId
educationServiceCenters educationServiceCenterId
localEducationAgencies localEducationAgencyId
schools schoolId
communityOrganizations communityOrganizationId
communityProviders communityProviderId
educationOrganizationNetworks educationOrganizationNetworkId
organizationDepartments organizationDepartmentId
postSecondaryInstitutions postSecondaryInstitutionId
people personId sourceSystemDescriptor
students studentUniqueId
credentials credentialIdentifier stateOfIssueStateAbbreviationDescriptor
staffs staffUniqueId
contacts contactUniqueId
parents parentUniqueId
calendars calendarCode schoolReference.schoolId schoolYearTypeReference.schoolYear
calendarDates calendarReference.calendarCode date calendarReference.schoolId \
calendarReference.schoolYear
classPeriods classPeriodName schoolReference.schoolId
bellSchedules bellScheduleName schoolReference.schoolId
locations classroomIdentificationCode schoolReference.schoolId
gradingPeriods gradingPeriodDescriptor gradingPeriodName schoolReference.schoolId \
schoolYearTypeReference.schoolYear
programs educationOrganizationReference.educationOrganizationId programName programTypeDescriptor
sessions schoolReference.schoolId schoolYearTypeReference.schoolYear sessionName
courses courseCode educationOrganizationReference.educationOrganizationId
courseOfferings localCourseCode schoolReference.schoolId sessionReference.schoolYear \
sessionReference.sessionName
sections courseOfferingReference.localCourseCode courseOfferingReference.schoolId \
courseOfferingReference.schoolYear sectionIdentifier courseOfferingReference.sessionName
disciplineIncidents incidentIdentifier schoolReference.schoolId
gradebookEntries gradebookEntryIdentifier namespace
staffEducationOrganizationEmploymentAssociations \
educationOrganizationReference.educationOrganizationId employmentStatusDescriptor hireDate \
staffReference.staffUniqueId
staffEducationOrganizationAssignmentAssociations beginDate \
educationOrganizationReference.educationOrganizationId staffClassificationDescriptor \
staffReference.staffUniqueId
staffSchoolAssociations programAssignmentDescriptor schoolReference.schoolId \
staffReference.staffUniqueId
staffSectionAssociations beginDate sectionReference.localCourseCode sectionReference.schoolId \
sectionReference.schoolYear sectionReference.sectionIdentifier sectionReference.sessionName \
staffReference.staffUniqueId
studentSchoolAssociations entryDate schoolReference.schoolId studentReference.studentUniqueId
studentEducationOrganizationAssociations educationOrganizationReference.educationOrganizationId \
studentReference.studentUniqueId
studentSectionAssociations beginDate sectionReference.localCourseCode sectionReference.schoolId \
sectionReference.schoolYear sectionReference.sectionIdentifier sectionReference.sessionName \
studentReference.studentUniqueId
studentSectionAttendanceEvents attendanceEventCategoryDescriptor eventDate \
sectionReference.localCourseCode sectionReference.schoolId sectionReference.schoolYear \
sectionReference.sectionIdentifier sectionReference.sessionName studentReference.studentUniqueId
grades beginDate=studentSectionAssociationReference.beginDate gradeTypeDescriptor \
gradingPeriodReference.gradingPeriodDescriptor gradingPeriodReference.gradingPeriodName \
gradingPeriodSchoolYear=gradingPeriodReference.schoolYear \
periodSequence=gradingPeriodReference.periodSequence \
studentSectionAssociationReference.localCourseCode studentSectionAssociationReference.schoolId \
studentSectionAssociationReference.schoolYear studentSectionAssociationReference.sectionIdentifier \
studentSectionAssociationReference.sessionName studentSectionAssociationReference.studentUniqueId
"""

_PROGRAM_KEY = """ beginDate educationOrganizationReference.educationOrganizationId \
programEducationOrganizationId=programReference.educationOrganizationId \
programReference.programName programReference.programTypeDescriptor \
studentReference.studentUniqueId"""
_PROGRAM_ASSOCIATIONS = """
studentCTEProgramAssociations studentHomelessProgramAssociations
studentLanguageInstructionProgramAssociations studentMigrantEducationProgramAssociations
studentNeglectedOrDelinquentProgramAssociations studentProgramAssociations
studentSchoolFoodServiceProgramAssociations studentSection504ProgramAssociations
studentSpecialEducationProgramAssociations studentTitleIPartAProgramAssociations
"""

# Resources whose key the sandbox need not know: their rows are told apart by their content.
_UNKEYED = """
academicWeeks accountabilityRatings assessmentAdministrationParticipations
assessmentAdministrations assessmentBatteryParts assessmentItems
assessmentScoreRangeLearningStandards assessments balanceSheetDimensions chartOfAccounts cohorts
communityProviderLicenses competencyObjectives courseTranscripts crisisEvents descriptorMappings
disciplineActions educationContents educationOrganizationInterventionPrescriptionAssociations
educationOrganizationNetworkAssociations educationOrganizationPeerAssociations
evaluationRubricDimensions feederSchoolAssociations functionDimensions fundDimensions
graduationPlans interventionPrescriptions interventionStudies interventions
learningStandardEquivalenceAssociations learningStandards localAccounts localActuals localBudgets
localContractedStaffs localEncumbrances localPayrolls objectDimensions objectiveAssessments
openStaffPositions operationalUnitDimensions postSecondaryEvents programDimensions
programEvaluationElements programEvaluationObjectives programEvaluations projectDimensions
reportCards restraintEvents sectionAttendanceTakenEvents sourceDimensions staffAbsenceEvents
staffCohortAssociations staffDisciplineIncidentAssociations
staffEducationOrganizationContactAssociations staffLeaves staffProgramAssociations
studentAcademicRecords studentAssessmentEducationOrganizationAssociations
studentAssessmentRegistrationBatteryPartAssociations studentAssessmentRegistrations
studentAssessments studentCohortAssociations studentCompetencyObjectives
studentContactAssociations studentDisciplineIncidentBehaviorAssociations
studentDisciplineIncidentNonOffenderAssociations
studentEducationOrganizationResponsibilityAssociations studentGradebookEntries
studentInterventionAssociations studentInterventionAttendanceEvents studentParentAssociations
studentProgramAttendanceEvents studentProgramEvaluations studentSchoolAttendanceEvents
studentSpecialEducationProgramEligibilityAssociations studentTransportations
surveyCourseAssociations surveyProgramAssociations surveyQuestionResponses surveyQuestions
surveyResponseEducationOrganizationTargetAssociations surveyResponseStaffTargetAssociations
surveyResponses surveySectionAssociations
surveySectionResponseEducationOrganizationTargetAssociations
surveySectionResponseStaffTargetAssociations surveySectionResponses surveySections surveys
"""

# Optional fields a query may name although no row happens to hold them: a filter on one of these
# finds nothing, where a filter on an unknown name is ignored.
_OPTIONAL: Mapping[str, str] = {
    "studentSectionAssociations": "attemptStatusDescriptor endDate homeroomIndicator "
    "repeatIdentifierDescriptor teacherStudentDataLinkExclusion",
    "staffSectionAssociations": "classroomPositionDescriptor endDate highlyQualifiedTeacher "
    "percentageContribution teacherStudentDataLinkExclusion",
    "sections": "availableCredits educationalEnvironmentDescriptor locationSchoolId "
    "locationClassroomIdentificationCode officialAttendancePeriod sectionName "
    "sectionTypeDescriptor sequenceOfCourse",
    "courseOfferings": "courseCode educationOrganizationId instructionalTimePlanned "
    "localCourseTitle",
    "courses": "courseTitle numberOfParts",
    "sessions": "beginDate endDate termDescriptor totalInstructionalDays",
    "gradingPeriods": "beginDate endDate periodSequence totalInstructionalDays",
    "grades": "letterGradeEarned numericGradeEarned performanceBaseConversionDescriptor",
    "studentSchoolAssociations": "calendarCode entryGradeLevelDescriptor enrollmentTypeDescriptor "
    "exitWithdrawDate exitWithdrawTypeDescriptor primarySchool schoolYear",
    "staffSchoolAssociations": "calendarCode schoolYear",
    "programs": "programId",
    "schools": "localEducationAgencyId nameOfInstitution schoolTypeDescriptor",
    "localEducationAgencies": "educationServiceCenterId nameOfInstitution stateEducationAgencyId",
    "students": "birthDate firstName lastSurname",
    "staffs": "birthDate firstName lastSurname",
}


@dataclass(frozen=True)
class Resource:
    """One resource: `name` as Ed-Fi writes it, and `key`: (name of the part, its dotted path).

    `optional` are further fields a query may name; `order` is its place in the dependencies.
    """

    name: str
    key: tuple[tuple[str, str], ...] = ()
    optional: tuple[str, ...] = ()
    order: int = 1

    @property
    def entity(self) -> str:
        """The singular, as links name it: `localEducationAgencies` is a `LocalEducationAgency`."""
        return _singular(self.name)


@cache
def _singular(name: str) -> str:
    if name == "people":
        return "Person"
    stem = name[:-3] + "y" if name.endswith("ies") else name.removesuffix("s")
    return stem[0].upper() + stem[1:]


def _part(text: str) -> tuple[str, str]:
    name, _, path = text.rpartition("=")
    return name or path.rpartition(".")[2], path


def _resources() -> dict[str, Resource]:
    lines = [line.split() for line in _KEYS.strip().splitlines()]
    program_key = _PROGRAM_KEY.split()
    lines += [[name, *program_key] for name in _PROGRAM_ASSOCIATIONS.split()]
    lines += [[name] for name in _UNKEYED.split()]
    return {
        name.lower(): Resource(
            name,
            tuple(_part(text) for text in key),
            tuple(_OPTIONAL.get(name, "").split()),
            order,
        )
        for order, (name, *key) in enumerate(lines, start=1)
    }


RESOURCES: Mapping[str, Resource] = _resources()
"""Every resource of the data model by its name in lower case, parents before children."""


def resource_of(name: str) -> Resource:
    """The resource of this name in any case; one the data model does not know comes last."""
    return RESOURCES.get(name.lower()) or Resource(name, order=len(RESOURCES) + 1)


def _referenced() -> dict[str, Resource]:
    keyed = [resource for resource in RESOURCES.values() if resource.key]
    return {f"{resource.entity}Reference".lower(): resource for resource in keyed}


REFERENCED: Mapping[str, Resource] = _referenced()
"""What a reference points at, by its name in lower case: `sectionreference` is `sections`."""
