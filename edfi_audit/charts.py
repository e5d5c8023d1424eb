"""Every plotly figure, each with the caption that says what it shows.

No figure offers plotly's upload to a public cloud: the charts hold student data. In JupyterLab a
figure is interactive; in an exported page it is drawn by the one bundle the export carries
(`edfi_audit.report.notebook`).
"""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio

from edfi_audit.database import database
from edfi_audit.findings.flags import FLAGS, flag_named
from edfi_audit.findings.gaps import NO_SCHOOL
from edfi_audit.findings.tally import tally

__all__ = [
    "CONFIG",
    "by_school",
    "caption",
    "gap_bars",
    "heat_table",
    "use_offline_renderer",
]

CONFIG = {"showSendToCloud": False, "displaylogo": False, "responsive": True}

_FAILED, _INK = "#b5483f", "#1b2430"
_SCALE = [[0.0, "#f1f7f2"], [0.01, "#fdeedd"], [0.2, "#f4b58c"], [0.5, "#bd4a35"], [1.0, "#8f1f18"]]
_MOST_SCHOOLS = 60


def use_offline_renderer() -> None:
    """Show figures in JupyterLab without the cloud button; a page gets their data, not HTML."""
    pio.renderers["plotly_mimetype"].config.update(CONFIG)
    pio.renderers.default = "plotly_mimetype"


def gap_bars(gaps: pd.DataFrame, *, flag: str | None = None, rule: str | None = None) -> go.Figure:
    """Schools ranked by the share of records that fail, worst on top; the caption is its subtitle.

    `gaps` is `Run.gaps()`. Drawn are one `rule`, one headline `flag` (its lead rules together), or
    the four flags together. Beyond 60 schools the worst 60 are drawn and the title says so.
    """
    ranked = by_school(gaps, flag=flag, rule=rule)
    shown = ranked.head(_MOST_SCHOOLS).iloc[::-1]
    title = _title(gaps, flag, rule)
    if len(ranked) > _MOST_SCHOOLS:
        title = f"{title} (the worst {_MOST_SCHOOLS} of {len(ranked)} schools)"
    rates = shown["rate"].fillna(0.0).astype(float)
    figure = go.Figure(
        go.Bar(
            x=rates * 100,
            y=shown["school"],
            orientation="h",
            marker_color=_FAILED,
            text=[_label(*row) for row in _counts(shown)],
            textposition="outside",
            textfont_color=_INK,
            cliponaxis=False,
            hovertemplate="%{y}<br>%{text}<extra></extra>",
        )
    )
    figure.update_layout(
        title={"text": title, "subtitle": {"text": caption(ranked)}},
        xaxis={
            "title": "share of records that fail, in %",
            # room for the longest bar's label; bars begin at 0 and never pass 100 %
            "range": [0, max(rates.max() * 100, 1) * 1.45],
            "nticks": 6,
        },
        yaxis={"automargin": True},
        **_layout(rows=len(shown)),
    )
    return figure


def by_school(
    gaps: pd.DataFrame, *, flag: str | None = None, rule: str | None = None
) -> pd.DataFrame:
    """One row per school: school, failed, evaluated, rate; worst rate first, nulls last.

    A flag's lead rules look at the same records, so their failures add up over the largest number
    that any of them evaluated.
    """
    rules = _rules(flag, rule)
    with database() as con:
        con.register("results", gaps)
        counts = tally(con, rules)
    schools = gaps[gaps["rule_id"].isin(rules)][["school_id", "school"]].drop_duplicates()
    keys = [None if pd.isna(one) else int(one) for one in schools["school_id"]]
    table = schools.assign(
        failed=[counts[key][1] for key in keys], evaluated=[counts[key][0] for key in keys]
    )
    table["rate"] = (table["failed"] / table["evaluated"].where(table["evaluated"] > 0)).clip(
        upper=1.0
    )
    return table.sort_values(["rate", "failed"], ascending=False, na_position="last")


def heat_table(gaps: pd.DataFrame, *, title: str = "Share of failing records") -> go.Figure:
    """Rules × schools: the darker, the larger the share; blank where nothing was evaluated.

    `gaps` is `Run.gaps()`: one row per rule and school.
    """
    table = gaps.pivot_table(
        index="school", columns="rule_id", values="rate", aggfunc="first", dropna=False
    )
    failing = [rule for rule in table.columns if (table[rule] > 0).any()]
    table = table[failing].sort_index(ascending=False)
    percent = table * 100
    labels = [[_percent(value) for value in row] for row in percent.to_numpy()]
    figure = go.Figure(
        go.Heatmap(
            x=list(table.columns),
            y=list(table.index),
            z=percent.to_numpy(),
            zmin=0,
            zmax=100,
            colorscale=_SCALE,
            text=labels,
            texttemplate="%{text}",
            xgap=2,
            ygap=2,
            colorbar={"title": "%"},
            hovertemplate="%{y}<br>%{x}: %{z:.1f} %<extra></extra>",
            hoverongaps=False,
        )
    )
    figure.update_layout(
        title={"text": title, "yref": "container", "y": 0.98},
        xaxis={"side": "top", "tickangle": -90, "dtick": 1, "showgrid": False},
        yaxis={"automargin": True, "dtick": 1, "showgrid": False},
        **_layout(rows=len(table) + 2, top=130),
    )
    return figure


def caption(gaps: pd.DataFrame) -> str:
    """One sentence that says what a gap chart shows, for readers who cannot see it."""
    evaluated = gaps[gaps["evaluated"] > 0]
    if evaluated.empty:
        return "Nothing could be evaluated at any school."
    failed, total = int(evaluated["failed"].sum()), int(evaluated["evaluated"].sum())
    schools = evaluated[evaluated["school"] != NO_SCHOOL]
    affected = int((schools["failed"] > 0).sum())
    unknown = len(gaps) - len(evaluated)
    text = f"{failed:,} of {total:,} records fail, at {affected} of {len(schools)} schools"
    others = "school" if unknown == 1 else "schools"
    return text + (f"; {unknown} {others} had nothing to evaluate." if unknown else ".")


def _rules(flag: str | None, rule: str | None) -> set[str]:
    if rule is not None:
        return {rule}
    if flag is not None:
        return set(flag_named(flag).lead)
    return {lead for one in FLAGS for lead in one.lead}


def _title(gaps: pd.DataFrame, flag: str | None, rule: str | None) -> str:
    if rule is not None:
        titles = gaps.loc[gaps["rule_id"] == rule, "title"]
        return f"{rule}: {titles.iloc[0]}" if len(titles) else rule
    return flag_named(flag).title if flag is not None else "The four headline flags"


def _counts(gaps: pd.DataFrame) -> list[tuple[int, int]]:
    return list(zip(gaps["failed"], gaps["evaluated"], strict=True))


def _percent(value: float) -> str:
    """A share that is not nothing never reads 0."""
    if pd.isna(value):
        return ""
    return "<1" if 0 < value < 1 else f"{value:.0f}"


def _label(failed: int, evaluated: int) -> str:
    if not evaluated:
        return "nothing to evaluate"
    return f"{failed / evaluated:.1%} ({failed:,} of {evaluated:,})"


def _layout(*, rows: int, top: int = 80) -> dict[str, Any]:
    return {
        "template": "plotly_white",
        "height": 170 + 30 * max(rows, 1),
        "margin": {"l": 10, "r": 20, "t": top, "b": 50},
        "font": {"family": "Segoe UI, system-ui, sans-serif", "size": 13, "color": _INK},
        "showlegend": False,
    }
