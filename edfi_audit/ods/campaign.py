"""One pull from its first count to its last verdict."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from edfi_audit.errors import AccessDeniedError, NotEnabledError
from edfi_audit.ods.api import Api
from edfi_audit.ods.case import Case
from edfi_audit.ods.crew import Crew
from edfi_audit.ods.departures import DEPARTED, KeptChanges
from edfi_audit.ods.holding import Holding
from edfi_audit.ods.manifest import Departed, Manifest, ResourceManifest
from edfi_audit.ods.paging import within
from edfi_audit.ods.resources import Resource
from edfi_audit.ods.rounds import Rounds
from edfi_audit.ods.seams import torn_seams
from edfi_audit.ods.staging import Staging
from edfi_audit.ods.verdict import verdict_on
from edfi_audit.ods.walk import Progress, Tally, Walker
from edfi_audit.ods.walks import Walks

__all__ = ["Campaign"]

_MOST_WALKS = 3
"""Walks of a resource where nothing but counts can tell whether rows were lost."""

_Survey = Mapping[str, tuple[str, int | None]]


class Campaign:
    """Reads `resources`, children before parents, and judges each.

    `newest` is the change version that everything is as of, None where change queries are off;
    `rounds` counts the rounds of changes. `departed` tells of the deletes and changes of key.
    """

    def __init__(
        self,
        api: Api,
        crew: Crew,
        staging: Staging,
        resources: Sequence[Resource],
        progress: Progress,
    ) -> None:
        plan = staging.plan
        self.newest = plan.newest
        self.rounds = 0
        self.departed = Departed()
        self._doubt: str | None = None
        self._api = api
        self._crew = crew
        self._staging = staging
        self._resources = resources
        self._progress = progress
        self._walker = Walker(api, staging.journal, progress)
        self._walks = Walks(crew, self._walker, staging.journal, plan.page_size)
        self._cases: list[Case] = []

    def read(
        self, last: Manifest | None, stored: Path, highest: int | None = None
    ) -> dict[str, ResourceManifest]:
        """Read everything, and give the verdicts by resource.

        `last` is the pull in the folder `stored`, where it may be brought up to date. `highest` is
        the highest change version seen of this ODS before.
        """
        if self.newest is not None and self.newest < (highest or 0):
            self._doubt = (
                f"the ODS is behind an earlier pull: its newest change version is {self.newest:,}, "
                f"after {highest:,} (a replica that lags, or a backup that was restored)"
            )
        survey = self._survey()
        self._cases = [
            self._case(resource, survey[resource.name][1])
            for resource in self._resources
            if survey[resource.name][0] == "readable"
        ]
        for case in self._cases:
            self._progress(case.name, 0, case.before)
        to_walk = [case for case in self._cases if not self._adopted(case, last, stored)]
        self._walks.walk(to_walk, self.newest)
        self._complete()
        found = {case.name: self._judged(case) for case in self._cases}
        self._kept = KeptChanges(
            self._crew, self._walker, self.newest, self._staging.plan.page_size
        )
        self.departed = self._kept.read(found)
        return {
            resource.name: found.get(resource.name) or _left_out(survey[resource.name][0])
            for resource in self._resources
        }

    def write(self, folder: Path) -> None:
        """Write the rows of every resource into `folder`/<its name>, and what has departed."""
        for case in self._cases:
            case.holding.copy(case.round, folder / case.name)
        self._kept.write(folder / DEPARTED)

    def _survey(self) -> _Survey:
        """Per resource whether it can be read, and how many rows there are."""
        facts = self._staging.journal.facts
        if "survey" not in facts:
            tasks = [partial(self._seen, resource.name) for resource in self._resources]
            seen = self._crew.gather(tasks)
            names = [resource.name for resource in self._resources]
            self._staging.journal.learn("survey", dict(zip(names, seen, strict=True)))
        survey: _Survey = facts["survey"]
        return survey

    def _seen(self, resource: str) -> tuple[str, int | None]:
        try:
            return "readable", self._api.count(resource, **within(None, self.newest))
        except AccessDeniedError:
            return "denied", None
        except NotEnabledError:
            return "not_enabled", None

    def _case(self, resource: Resource, before: int | None) -> Case:
        holding = Holding(self._staging.held(resource.name), resource, self._crew.database)
        return Case(resource, holding, before, self.newest)

    def _adopted(self, case: Case, last: Manifest | None, stored: Path) -> bool:
        """Take over the stored rows where they are known to be complete; False where not."""
        part = last.resources.get(case.name) if last else None
        since = part.change_version if part else None
        if part is None or since is None or part.verdict != "verified":
            return False
        if self.newest is None or since > self.newest or self._staging.plan.snapshot:
            return False
        files = list((stored / case.name).glob("*.parquet"))
        if not files or any(not _fits(file, case.resource) for file in files):
            return False
        if not case.holding.folder.exists():
            case.holding.adopt(files)
        case.method, case.since = "changes", since
        return True

    def _complete(self) -> None:
        if self.newest is None or self._staging.plan.snapshot:
            self._count_until_equal()
            return
        rounds = Rounds(
            self._crew, self._walker, self._walks, self._staging.journal, self.newest,
            self._staging.plan.page_size,
        )  # fmt: skip
        rounds.catch_up(self._cases)
        self.newest, self.rounds = rounds.newest, rounds.number
        if rounds.went_back and not self._doubt:
            high, low = rounds.went_back
            self._doubt = (
                f"copies that differ answered: the newest change version was {high:,}, then {low:,}"
            )

    def _count_until_equal(self) -> None:
        """Where no changes can be read: walk again what the counts put in doubt."""
        doubtful = self._cases
        while doubtful:
            for case in doubtful:
                case.torn = self._torn(case)
            counts = self._crew.gather([partial(self._after, case) for case in doubtful])
            for case, count in zip(doubtful, counts, strict=True):
                case.after = count
            doubtful = [case for case in doubtful if _to_walk_again(case)]
            for case in doubtful:
                case.before = case.after
            self._walks.walk(doubtful, self.newest, cursor=False)

    def _torn(self, case: Case) -> int:
        """The seams of a walk that others have torn; only offsets without bounds have any."""
        if case.method != "offset" or case.poison or self._staging.plan.snapshot:
            return 0
        log = self._staging.journal.stages[f"{case.name}/walk-{case.walks - 1}"]
        return torn_seams(self._api, self._crew, case.resource, log)

    def _after(self, case: Case) -> int | None:
        return self._api.count(case.name)

    def _judged(self, case: Case) -> ResourceManifest:
        stages = self._staging.journal.stages
        own = [log for name, log in stages.items() if name.split("/")[0] == case.name]
        return case.judged(Tally.of(own), self._walks.seconds[case.name], self._doubt)


def _to_walk_again(case: Case) -> bool:
    if case.after is None or case.before is None or case.walks >= _MOST_WALKS:
        return False
    evidence = case.evidence
    verdict, _ = verdict_on(evidence)
    return verdict != "verified" and not evidence.unidentified and not evidence.poison


def _left_out(state: str) -> ResourceManifest:
    if state == "denied":
        return ResourceManifest("denied", "the key may not read it (403)")
    return ResourceManifest("not_enabled", "the ODS does not offer it (404)")


def _fits(file: Path, resource: Resource) -> bool:
    schema = pq.read_schema(file)
    return bool(schema.names == resource.schema.names)
