"""The invented agencies: their schools, their terms, and the courses that their students take."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from edfi_audit.sandbox.world.states import State

__all__ = [
    "DETENTION_SCHOOL_ID",
    "DISTRICT",
    "LEA_ID",
    "LEA_SCHOOL_CODES",
    "NEIGHBOR",
    "SCHOOLS",
    "SEA_ID",
    "SIZES",
    "SPEECH_PROGRAM",
    "AgencyPlan",
    "CoursePlan",
    "SchoolPlan",
    "Size",
    "Slot",
    "TermPlan",
]

_WISCONSIN_KINDS = ("choice", "jail")
SEA_ID = 8000
LEA_ID = 100417
LEA_SCHOOL_CODES = ("0417", "0020", "0140", "0160", "0200", "0880", "2190")
"""Agencies' own 4-digit codes, which are no Ed-Fi ids."""
DETENTION_SCHOOL_ID = 106130
"""A school in the neighboring county's detention center; only a planter opens it."""
SPEECH_PROGRAM = "Speech or Language Services"
"""The name of the SIS program that is a Speech or Therapy service."""


@dataclass(frozen=True)
class TermPlan:
    """A Campus term, the session it belongs to, and its first and last day (month, day)."""

    name: str
    session: str
    begin: tuple[int, int]
    end: tuple[int, int]
    code: str | None = None


@dataclass(frozen=True)
class CoursePlan:
    """A course; `{g}` in number and name stands for the grade level it is given to."""

    number: str
    name: str
    state_code: str
    cte: bool = False
    program: str | None = None
    grades: tuple[str, ...] = ()
    gradable: bool = True

    def at(self, grade: str) -> "CoursePlan":
        """The course as it is given to that grade."""
        number, name = self.number.replace("{g}", grade), self.name.replace("{g}", grade)
        return replace(self, number=number, name=name)

    def takes(self, grade: str) -> bool:
        """Whether students of that grade may choose it."""
        return not self.grades or grade in self.grades


@dataclass(frozen=True)
class Slot:
    """One line of a timetable: each span of terms is scheduled apart, with one of the courses."""

    spans: tuple[tuple[str, ...], ...]
    courses: tuple[CoursePlan, ...]


@dataclass(frozen=True)
class SchoolPlan:
    """One school: its Ed-Fi id, its Campus numbers, and what is taught when."""

    kind: str
    name: str
    school_id: int
    number: str
    edfi_number: str | None
    grades: tuple[str, ...]
    terms: tuple[TermPlan, ...]
    slots: tuple[Slot, ...]
    category: str


@dataclass(frozen=True)
class AgencyPlan:
    """A local education agency and its schools; no two of them are of one kind."""

    lea_id: int
    name: str
    schools: tuple[SchoolPlan, ...]

    def in_state(self, state: State) -> "AgencyPlan":
        """The agency as it would be in that state: only Wisconsin has Choice and jail schools."""
        if state.is_wisconsin:
            return self
        public = tuple(school for school in self.schools if school.kind not in _WISCONSIN_KINDS)
        return replace(self, schools=public)


@dataclass(frozen=True)
class Size:
    """How large the world is: students by agency and kind of school, and seats per section."""

    students: Mapping[int, Mapping[str, int]]
    seats: int


def _terms(*names: str) -> tuple[tuple[str, ...], ...]:
    """Spans written as `S1+S2`."""
    return tuple(tuple(name.split("+")) for name in names)


_SEMESTERS = (
    TermPlan("S1", "Semester 1", (9, 2), (1, 16), "S1"),
    TermPlan("S2", "Semester 2", (1, 20), (6, 5), "S2"),
)
_TRIMESTERS = (
    TermPlan("T1", "Trimester 1", (9, 2), (11, 26), "T1"),
    TermPlan("T2", "Trimester 2", (12, 1), (3, 6), "T2"),
    TermPlan("T3", "Trimester 3", (3, 9), (6, 5), "T3"),
)
_QUARTERS = (
    TermPlan("Q1", "Semester 1", (9, 2), (11, 7), "S1"),
    TermPlan("Q2", "Semester 1", (11, 10), (1, 16), "S1"),
    TermPlan("Q3", "Semester 2", (1, 20), (3, 27), "S2"),
    TermPlan("Q4", "Semester 2", (3, 30), (6, 5), "S2"),
)
_BLOCKS = (
    TermPlan("Fall Block", "Fall Block", (7, 7), (12, 19)),
    TermPlan("Spring Block", "Spring Block", (1, 5), (5, 29)),
    TermPlan("June Block", "June Block", (6, 10), (6, 30)),
)
_INTERSESSION = TermPlan("JT", "June Intersession", (6, 9), (6, 20), "M")
_UPPER = ("11", "12")

_ELEMENTARY = (
    Slot(_terms("S1+S2"), (CoursePlan("0{g}10", "Grade {g} Classroom", "73030"),)),
    Slot(_terms("S1+S2"), (CoursePlan("0{g}55", "Grade {g} Music", "55109"),)),
)
_MIDDLE_ELECTIVES = (
    CoursePlan("ART-M", "Art", "55154"),
    CoursePlan("TECH-M", "Technology Education", "71052"),
    CoursePlan("PE-M", "Physical Education", "58039"),
    CoursePlan("FCS-M", "Family and Consumer Science", "69999"),
)
_MIDDLE = (
    Slot(_terms("T1+T2+T3"), (CoursePlan("ELA-{g}", "English Language Arts {g}", "51030"),)),
    Slot(_terms("T1+T2+T3"), (CoursePlan("MTH-{g}", "Mathematics {g}", "52030"),)),
    Slot(_terms("T1+T2+T3"), (CoursePlan("SCI-{g}", "Science {g}", "53230"),)),
    Slot(_terms("T1", "T2", "T3"), _MIDDLE_ELECTIVES),
)
_SOCIAL = (
    CoursePlan("HIST-W", "World History", "04051", grades=("09", "10")),
    CoursePlan("CIVICS", "Civics", "04161"),
    CoursePlan("ECON", "Economics", "04201", grades=_UPPER),
)
_CAREER = (
    CoursePlan("BUS-110", "Accounting", "12104", cte=True, program="IRC"),
    CoursePlan("CON-120", "Building Trades", "17002", cte=True, program="WBL"),
    CoursePlan("CUL-130", "Culinary Arts", "16052", cte=True, program="WBL"),
    CoursePlan("HTH-140", "Health Occupations", "14002", cte=True, program="IRC"),
)
_ELECTIVES = (
    CoursePlan("SPAN-1", "Spanish 1", "24052", program="WL"),
    CoursePlan("PE-H", "Physical Education", "58039"),
    CoursePlan("ART-1", "Drawing", "05156"),
    CoursePlan("CAPP-ENG", "College Composition", "01103", program="Dual", grades=_UPPER),
    CoursePlan("CAPP-MTH", "College Algebra", "02057", program="Dual", grades=_UPPER),
)
_HIGH = (
    Slot(_terms("Q1+Q2+Q3+Q4"), (CoursePlan("ENG-{g}", "English {g}", "01001"),)),
    Slot(_terms("Q1+Q2+Q3+Q4"), (CoursePlan("MTH-{g}", "Mathematics {g}", "02061"),)),
    Slot(_terms("Q1+Q2+Q3+Q4"), (CoursePlan("SCI-{g}", "Science {g}", "03051"),)),
    Slot(_terms("Q1+Q2", "Q3+Q4"), _SOCIAL),
    Slot(_terms("Q1+Q2", "Q3+Q4"), _CAREER),
    Slot(_terms("Q1+Q2", "Q3+Q4"), _ELECTIVES),
    Slot(_terms("Q1+Q2"), (CoursePlan("ADV-{g}", "Advisory {g}", "22005", gradable=False),)),
)
_CHARTER = (
    Slot(_terms("S1+S2"), (CoursePlan("ELA-{g}", "English Language Arts {g}", "51030"),)),
    Slot(_terms("S1+S2"), (CoursePlan("MTH-{g}", "Mathematics {g}", "52030"),)),
    Slot(
        _terms("S1", "S2"),
        (*_MIDDLE_ELECTIVES[:2], CoursePlan("SPAN-1", "Spanish 1", "24052", program="WL")),
    ),
    Slot(_terms("S1", "S2"), (_CAREER[0], _MIDDLE_ELECTIVES[2])),
    Slot(_terms("JT"), (CoursePlan("PROJ", "Project Week", "22003"),)),
)
_JAIL = (
    Slot(
        _terms("Fall Block", "Spring Block", "June Block"),
        (CoursePlan("ENG-J", "English", "01001"),),
    ),
    Slot(
        _terms("Fall Block", "Spring Block", "June Block"),
        (CoursePlan("MTH-J", "Mathematics", "02001"),),
    ),
    Slot(_terms("Fall Block", "Spring Block"), (CoursePlan("LIFE-J", "Life Skills", "22151"),)),
)
_CHOICE = (Slot(_terms("S1+S2"), (CoursePlan("REL-{g}", "Religion {g}", "04304"),)),)


def _grades(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{grade:02d}" for grade in range(first, last + 1))


SCHOOLS = (
    SchoolPlan(
        "elementary",
        "Prairie Elementary School",
        101302,
        "0020",
        "101302",
        ("K4", "KG", *_grades(1, 5)),
        _SEMESTERS,
        _ELEMENTARY,
        "Elementary School",
    ),
    SchoolPlan(
        "middle",
        "Riverbend Middle School",
        101311,
        "0140",
        "101311",
        _grades(6, 8),
        _TRIMESTERS,
        _MIDDLE,
        "Middle School",
    ),
    SchoolPlan(
        "high",
        "Lakeview High School",
        101320,
        "0160",
        "101320",
        _grades(9, 12),
        _QUARTERS,
        _HIGH,
        "High School",
    ),
    SchoolPlan(
        "charter",
        "Oak Savanna Charter School",
        107525,
        "0107525",
        None,
        _grades(6, 12),
        (*_SEMESTERS, _INTERSESSION),
        _CHARTER,
        "Combined School",
    ),
    SchoolPlan(
        "jail",
        "County Jail School",
        109004,
        "0880",
        "109004",
        _grades(9, 12),
        _BLOCKS,
        _JAIL,
        "High School",
    ),
    SchoolPlan(
        "choice",
        "Saint Example Choice School",
        102190,
        "2190",
        "102190",
        _grades(1, 8),
        _SEMESTERS,
        _CHOICE,
        "Choice School",
    ),
)

DISTRICT = AgencyPlan(LEA_ID, "Example Lakes School District (synthetic)", SCHOOLS)
"""The agency that is audited: the extract is its."""
NEIGHBOR = AgencyPlan(
    100609,
    "Example Hills School District (synthetic)",
    (
        SchoolPlan(
            "middle",
            "Hillcrest Middle School",
            106110,
            "0150",
            "106110",
            _grades(6, 8),
            _TRIMESTERS,
            _MIDDLE,
            "Middle School",
        ),
        SchoolPlan(
            "high",
            "Hillcrest High School",
            106120,
            "0170",
            "106120",
            _grades(9, 12),
            _QUARTERS,
            _HIGH,
            "High School",
        ),
    ),
)
"""Another agency in the same ODS, of which the extract knows nothing."""
_TINY = {"elementary": 15, "middle": 12, "high": 20, "charter": 9, "jail": 6, "choice": 5}
_DEMO = {
    "elementary": 670,
    "middle": 590,
    "high": 1040,
    "charter": 245,
    "jail": 40,
    "choice": 365,
}
SIZES = MappingProxyType(
    {
        "tiny": Size({LEA_ID: _TINY, NEIGHBOR.lea_id: {"middle": 4, "high": 7}}, 5),
        "demo": Size({LEA_ID: _DEMO, NEIGHBOR.lea_id: {"middle": 18, "high": 36}}, 24),
    }
)
