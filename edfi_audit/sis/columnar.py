"""Reading a Parquet file: typed columns brought to the text a CSV would hold."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from edfi_audit.errors import ExtractError
from edfi_audit.sis.sheet import BATCH_ROWS, Sheet, batch

__all__ = ["read_columnar"]

_EXACT = 2.0**53


def read_columnar(path: Path, file: str) -> Sheet:
    """The Parquet file in `path`, called `file` in messages; its first record is row 2."""
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(file) from error

    def read(wanted: Sequence[int]) -> Iterator[pa.Table]:
        start = 2
        try:
            with pq.ParquetFile(path, memory_map=False) as parquet:
                names = [schema.names[i] for i in wanted]
                for records in parquet.iter_batches(BATCH_ROWS, columns=names):
                    columns = {
                        i: _text(records.column(schema.names[i]), f"{file}, {schema.names[i]}")
                        for i in wanted
                    }
                    yield batch(range(start, start + len(records)), columns)
                    start += len(records)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(file) from error

    return Sheet(tuple(schema.names), read)


def _text(values: pa.Array, where: str) -> pa.Array:
    """`values` as text: whole numbers without a point, instants as their zone's clock shows."""
    kind = values.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise ExtractError(
            f"{where}: a column of type {kind} holds no cells that can be read.",
            next_step="Export the column as text.",
        )
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        values = pc.local_timestamp(values)
    if pa.types.is_floating(kind):
        return _number_text(values.cast(pa.float64()))
    text = values.cast(pa.string())
    if pa.types.is_decimal(kind):
        return pc.replace_substring_regex(text, r"\.0+$", "")
    return text


def _number_text(values: pa.Array) -> pa.Array:
    whole = pc.and_(pc.equal(pc.floor(values), values), pc.less(pc.abs(values), _EXACT))
    integers = pc.if_else(whole, values, None).cast(pa.int64()).cast(pa.string())
    others = pc.if_else(pc.is_nan(values), None, values).cast(pa.string())
    return pc.coalesce(integers, others)


def _damaged(file: str) -> ExtractError:
    return ExtractError(
        f"{file} is not a Parquet file, or is damaged.", next_step="Export it again."
    )
