"""The report of a run as a page that a person reads: one file, no script, nothing loaded from elsewhere, no text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from html import escape

from deid.audit import AuditRow
from nlp.batch.report import RunReport

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1d2733 }
h1 { font-size: 1.6rem; margin-bottom: .2rem } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
table { border-collapse: collapse; width: 100% } td, th { padding: .18rem .6rem .18rem 0; text-align: left }
th { font-weight: 600; border-bottom: 1px solid #c5ced8 } td.n, th.n { text-align: right; width: 6rem }
td.n, code { font-variant-numeric: tabular-nums } td.bar { width: 45% } code { font-size: .9em; word-break: break-all }
.bar div { background: #2f6f9f; height: .8rem; border-radius: 2px; min-width: 1px }
.warn { background: #fdf1d8; border-left: 4px solid #d99a1c; padding: .5rem .8rem } .note { color: #5a6775 }
"""


def report_page(report: RunReport) -> str:
    """Return the report of a run as HTML: counts, rates, hashes and versions."""
    rows = report.audit
    found = sum(row.spans for row in rows)
    parts = [
        "<h1>De-identification report</h1>",
        f"<p class=note>{report.notes:,} notes written, {report.quarantined:,} rows in quarantine, "
        f"{found:,} spans of PHI found, {_removed(rows):,} replaced.</p>",
        *_warnings(report),
        "<h2>Output</h2>",
        _bars(
            {
                "notes": report.notes,
                "diagnoses": report.diagnoses,
                "problems": report.problems,
                "medications": report.medications,
                "allergies": report.allergies,
                "in quarantine": report.quarantined,
            }
        ),
        _section("Quarantine by stage and reason", report.quarantine),
        _section("PHI by label", _sums(rows, lambda row: [row.label])),
        _section("PHI by action", _sums(rows, lambda row: [row.action])),
        _section(
            "PHI by source",
            _sums(rows, lambda row: row.sources.split("+")),
            "A span that several found counts for each.",
        ),
        _section("PHI by score", dict(sorted(_sums(rows, lambda row: [row.score_band]).items()))),
        _section(
            "Found by the leak check",
            report.leaks_masked,
            "Removed elsewhere in their note, or known, and left at first; note ids and types count too.",
        ),
        _known(report.known_identifiers),
        _section("Entities lost to PHI", report.records_lost, "Entities or attributes that overlapped PHI."),
        "<h2>What was done to each label</h2>",
        _actions(rows),
        "<h2>What made it</h2>",
        _facts(report),
    ]
    return (
        "<!doctype html>\n<html lang=en><head><meta charset=utf-8><title>clinsift report</title>"
        f"<style>{_STYLE}</style></head>\n<body>\n" + "\n".join(filter(None, parts)) + "\n</body></html>\n"
    )


def _removed(rows: Iterable[AuditRow]) -> int:
    return sum(row.spans for row in rows if row.action != "keep")


def _sums(rows: Iterable[AuditRow], names: Callable[[AuditRow], Iterable[str]]) -> dict[str, int]:
    """Return spans by name, most frequent first."""
    counts: Counter[str] = Counter()
    for row in rows:
        for name in names(row):
            counts[name] += row.spans
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


def _warnings(report: RunReport) -> list[str]:
    told = []
    if report.quarantined:
        told.append(f"{report.quarantined:,} rows are in the quarantine and in no other table.")
    if leaks := sum(report.leaks_masked.values()):
        told.append(f"{leaks:,} identifiers passed all sources; the leak check found them, and they were removed too.")
    if report.skipped_files:
        told.append(f"{len(report.skipped_files):,} files were left out because of their ending.")
    if report.throwaway_key:
        told.append("The key was a throw-away: no later run can make the same surrogates, shifts or hashes.")
    return [f"<p class=warn>{escape(text)}</p>" for text in told]


def _section(title: str, counts: Mapping[str, int], note: str = "") -> str:
    if not counts:
        return ""
    return f"<h2>{escape(title)}</h2>" + (f"<p class=note>{escape(note)}</p>" if note else "") + _bars(counts)


def _bars(counts: Mapping[str, int]) -> str:
    """Return a table of names, figures and bars as long as the figures."""
    longest = max(counts.values(), default=0) or 1
    lines = (
        f"<tr><td>{escape(name)}<td class=n>{count:,}"
        f"<td class=bar><div style='width:{100 * count / longest:.1f}%'></div>"
        for name, count in counts.items()
    )
    return f"<table>{''.join(lines)}</table>"


def _known(known: Mapping[str, Mapping[str, int]]) -> str:
    """Return a table of the known identifiers: how many there were, and how many the other sources alone missed."""
    if not known:
        return ""
    totals = {name: sum(figures[name] for figures in known.values()) for name in ("found", "missed_by_taggers")}
    lines = "".join(
        f"<tr><td>{escape(label)}<td class=n>{figures['found']:,}<td class=n>{figures['missed_by_taggers']:,}"
        f"<td class=n>{1 - figures['missed_by_taggers'] / figures['found']:.1%}"
        for label, figures in (*known.items(), ("all", totals))
    )
    return (
        "<h2>Known identifiers of the patients</h2><p class=note>What taggers and patterns alone would have missed of "
        "them estimates their recall on these notes, without any annotation.</p>"
        "<table><tr><th>label<th class=n>mentions<th class=n>missed<th class=n>recall"
        f"{lines}</table>"
    )


def _actions(rows: Iterable[AuditRow]) -> str:
    """Return a table of labels by actions."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[row.label, row.action] += row.spans
    actions = sorted({action for _, action in counts})
    head = "".join(f"<th>{escape(action)}" for action in actions)
    lines = (
        f"<tr><td>{escape(label)}" + "".join(f"<td>{counts[label, action]:,}" for action in actions)
        for label in sorted({label for label, _ in counts})
    )
    return f"<table><tr><th>label{head}{''.join(lines)}</table>"


def _facts(report: RunReport) -> str:
    facts = {
        **{name.replace("_", " "): value for name, value in sorted(report.pipeline.items())},
        "input hash": report.input_sha256,
        "output hash": report.output_sha256,
        **{f"version of {name}": value for name, value in report.versions.items()},
        "characters read": f"{report.characters:,}",
        "duration": f"{report.seconds:,.1f} s with {report.num_workers} workers, {report.worker_crashes} of them died",
    }
    lines = (f"<tr><td>{escape(name)}<td><code>{escape(value)}</code>" for name, value in facts.items())
    return f"<table>{''.join(lines)}</table>"
