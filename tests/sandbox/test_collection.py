"""A collection under any sequence of writes, against a plain model of it."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from edfi_audit.sandbox.collection import Collection
from edfi_audit.sandbox.model import resource_of

WRITES = st.lists(
    st.tuples(st.sampled_from(["insert", "change", "rekey", "remove"]), st.integers(0, 30)),
    max_size=40,
)


def name_of(record):
    return record["sectionName"]


class Model:
    """A collection of locations, and beside it what ought to be in it."""

    def __init__(self, *, by_key):
        self.collection = Collection(resource_of("locations"), by_key=by_key)
        self.records = {}  # id -> record, in the order of insertion
        self.by_key = by_key
        self.states = {0: []}
        self.version = 0

    def write(self, kind, number):
        """One write, if it can be done; the number names the record and its new key."""
        self.version += 1
        ids = list(self.records)
        if kind == "insert":
            self._insert(number)
        elif ids:
            identifier = ids[number % len(ids)]
            if kind == "remove":
                del self.records[identifier]
                self.collection.remove(identifier, self.version)
            else:
                self._replace(kind, identifier, number)
        self.states[self.version] = self.expected()

    def _insert(self, number):
        record = self._record(f"id{self.version}", f"R{number:03}")
        if self._is_free(record):
            self.records[record["id"]] = record
            derived = self.collection.derived_id(self.collection.key_of(record))
            slot = self.collection.reserve()
            self.collection.insert(record["id"], derived, as_row(record), self.version, slot)

    def _replace(self, kind, identifier, number):
        old = self.records[identifier]["classroomIdentificationCode"]
        code = f"R{number:03}" if kind == "rekey" else old
        record = self._record(identifier, code)
        if code == old or self._is_free(record):
            self.records[identifier] = record
            self.collection.replace(identifier, record, as_row(record), self.version)

    def _record(self, identifier, code):
        return {
            "id": identifier,
            "classroomIdentificationCode": code,
            "schoolReference": {"schoolId": 1301},
            "sectionName": f"v{self.version % 3}",
        }

    def _is_free(self, record):
        codes = {other["classroomIdentificationCode"] for other in self.records.values()}
        return record["classroomIdentificationCode"] not in codes

    def expected(self):
        """The records in served order."""
        records = list(self.records.values())
        if self.by_key:
            records.sort(key=lambda record: record["classroomIdentificationCode"])
        return records


def as_row(record):
    return json.dumps(record).encode()


def served(collection):
    return [json.loads(collection.rows[slot]) for slot in collection.order]


@settings(max_examples=150, deadline=None)
@given(by_key=st.booleans(), writes=WRITES)
def test_rows_and_history_are_those_of_a_plain_model(by_key, writes):
    """Order, versions, ids by key and by index, and every earlier state are as they ought to be."""
    model = Model(by_key=by_key)
    model.collection.index("sectionname", name_of)
    for kind, number in writes:
        model.write(kind, number)
    collection, expected = model.collection, model.expected()

    assert served(collection) == expected
    for record in expected:
        derived = collection.derived_id(collection.key_of(record))
        assert collection.id_of(derived) == record["id"]
        assert collection.record(record["id"]) == record
    for name in ("v0", "v1", "v2"):
        slots = collection.index("sectionname", name_of).get(name, [])
        found = [json.loads(collection.rows[slot]) for slot in collection.in_order(slots)]
        assert found == [record for record in expected if record["sectionName"] == name]
    for version, state in model.states.items():
        past = collection.at(version)
        assert served(past) == state
        assert sorted(past.slots) == sorted(record["id"] for record in state)
        assert all(version_then <= version for version_then in past.versions)


@settings(max_examples=50, deadline=None)
@given(writes=WRITES)
def test_slots_only_ever_rise(writes):
    """A new record stands behind every one there has been, deleted ones included."""
    model = Model(by_key=False)
    highest = None
    for kind, number in writes:
        before = set(model.records)
        model.write(kind, number)
        for identifier in set(model.records) - before:
            slot = model.collection.slots[identifier]
            assert highest is None or slot > highest
            highest = slot
