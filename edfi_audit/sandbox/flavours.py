"""How the ODS/API releases differ on the wire, one `Flavour` per release."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from edfi_audit.errors import SettingsError

__all__ = ["FLAVOURS", "Flavour", "flavour_named"]


@dataclass(frozen=True, kw_only=True)
class Flavour:
    """One release as a client meets it; `name` is its version number, unless `version` is.

    `api_mode`, `suite` and `build` say whether discovery has those members. `default_limit` is
    what an omitted limit means, null where it means the largest page. `problem_details`: errors
    are RFC 9457 bodies. `token_limit`: live tokens per key, null for no limit. `year_after_data`:
    a year stands behind `data/v3` in a path instead of before `data`. `bare_deletes`: a deleted
    item is its id and change version, even if its key is taken again. `snapshot_header` asks for a
    snapshot, by name where `named_snapshots`; null where there are none. `denied_data` is what a
    403 calls the data. `body_credentials`: a token may be asked for with key and secret in the
    body. `version_order`: a window of change versions is returned by version. `strict_cursor`: a
    limit has no place beside a page token, nor has paging in a request for partitions.
    `cursor_in_windows`: a page below an upper change version has a next token too.
    """

    name: str
    data_standard: str
    version: str | None = None
    suite: bool = True
    api_mode: bool = False
    application_name: bool = False
    change_queries_in_discovery: bool = True
    introspection_name: str | None = None
    data_path: str = "data/v3"
    year_after_data: bool = False
    default_limit: int | None = None
    cursor: bool = False
    aggregate_id_order: bool = False
    problem_details: bool = True
    limit_detail: str = "The request construction was invalid."
    limit_error: str = "Limit must be a value between 0 and {page_limit}."
    strict_query: bool = False
    pascal_change_versions: bool = False
    bad_client_status: int = 401
    token_limit: int | None = None
    claim_set_in_token_info: bool = False
    openapi_3: bool = True
    dashed_ids: bool = False
    key_changes: bool = True
    bare_deletes: bool = False
    snapshot_header: str | None = "Use-Snapshot"
    named_snapshots: bool = False
    denied_data: str = "requested data"
    body_credentials: bool = True
    version_order: bool = False
    strict_cursor: bool = False
    cursor_in_windows: bool = True
    count_with_cursor_error: str = (
        "Total count cannot be determined while using cursor paging (when pageToken is specified)."
    )


_V5 = Flavour(
    name="5.3",
    data_standard="3.3.1-b",
    api_mode=True,
    change_queries_in_discovery=False,
    year_after_data=True,
    default_limit=25,
    problem_details=False,
    limit_error=(
        "Limit must be omitted or set to a value between 1 and max value defined in "
        "configuration file (defaultPageSizeLimit)."
    ),
    pascal_change_versions=True,
    bad_client_status=400,
    openapi_3=False,
    key_changes=False,
    bare_deletes=True,
    snapshot_header="Snapshot-Identifier",
    named_snapshots=True,
)
_V6 = replace(
    _V5,
    name="6.1",
    data_standard="4.0.0",
    change_queries_in_discovery=True,
    default_limit=None,
    pascal_change_versions=False,
    bad_client_status=401,
    key_changes=True,
    bare_deletes=False,
)
_V71 = replace(
    _V6,
    name="7.1",
    data_standard="5.0.0",
    api_mode=False,
    year_after_data=False,
    openapi_3=True,
    snapshot_header="Use-Snapshot",
    named_snapshots=False,
)
_V72 = replace(
    _V71,
    name="7.2",
    data_standard="5.1.0",
    problem_details=True,
    limit_detail="The limit parameter was incorrect.",
    limit_error="Limit must be omitted or set to a value between 0 and {page_limit}.",
)
_V73 = Flavour(
    name="7.3",
    data_standard="5.2.0",
    application_name=True,
    introspection_name="oauthTokenIntrospection",
    cursor=True,
    aggregate_id_order=True,
    token_limit=15,
    claim_set_in_token_info=True,
)
_V8 = Flavour(
    name="8.0",
    data_standard="5.2.0",
    suite=False,
    application_name=True,
    introspection_name="tokenInfo",
    data_path="data",
    aggregate_id_order=True,
    limit_error="Limit must be omitted or set to a numeric value between 0 and {page_limit}.",
    strict_query=True,
    claim_set_in_token_info=True,
    dashed_ids=True,
    snapshot_header=None,
    denied_data="resource",
    body_credentials=False,
    version_order=True,
)
_V8_MAIN = replace(
    _V8,
    name="8-main",
    version="8.1",
    cursor=True,
    strict_cursor=True,
    cursor_in_windows=False,
    count_with_cursor_error=(
        "The totalCount parameter cannot be set to true when using cursor paging with pageToken."
    ),
)

FLAVOURS: Mapping[str, Flavour] = MappingProxyType(
    {flavour.name: flavour for flavour in (_V5, _V6, _V71, _V72, _V73, _V8, _V8_MAIN)}
)
"""Every flavour by its version number. The older ones differ in discovery, order, paging, change
queries and error bodies; 8.0 in discovery, ids and strictness; 8-main is what comes after it, with
cursor paging."""


def flavour_named(name: str) -> Flavour:
    """The flavour with this version number; a `SettingsError` when there is none."""
    if name not in FLAVOURS:
        raise SettingsError(
            f"The sandbox has no flavour {name!r}.",
            next_step=f"Choose one of {', '.join(FLAVOURS)}.",
        )
    return FLAVOURS[name]
