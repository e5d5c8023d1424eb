"""Where each part of the API stands."""

from starlette.requests import Request

from edfi_audit.sandbox.flavours import Flavour

__all__ = ["Paths", "root_url"]


class Paths:
    """Where each part of the API stands below the root, for one release and mode.

    `tenant`, `context` and `year` are path segments; the real ones when routes are built, and what
    discovery prints in their place otherwise. Every path starts with a slash and ends without one.
    """

    def __init__(
        self, flavour: Flavour, *, tenant: str = "", context: str = "", year: str = ""
    ) -> None:
        segments = "".join(f"/{segment}" for segment in (tenant, context, year) if segment)
        before, after = ("", segments) if flavour.year_after_data else (segments, "")
        instance = f"/{tenant}" if tenant else ""
        self.root = before
        self.oauth = (instance if flavour.year_after_data else before) + "/oauth"
        self.data = f"{before}/{flavour.data_path}{after}"
        self.metadata = f"{before}/metadata"
        self.own_metadata = f"{before}/metadata{after}"
        self.data_metadata = f"{before}/metadata/{flavour.data_path}{after}"
        self.change_queries = f"{before}/changeQueries/v1{after}"


def root_url(request: Request) -> str:
    """Scheme and host as the caller wrote them."""
    return f"{request.url.scheme}://{request.url.netloc}"
