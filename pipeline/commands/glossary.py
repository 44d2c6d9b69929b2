"""`duizhao glossary check`: faults in glossaries before they cost a run."""

from __future__ import annotations

import argparse

from pipeline.prepare.terms import Glossary, check_glossary


def main(args: argparse.Namespace) -> int:
    """Print the findings, one a line; 1 when there is an error among them."""
    findings = [(name, issue) for name in args.inputs for issue in check_glossary(Glossary.load((name,)))]
    for name, issue in findings:
        print(f"{name}: {issue.severity} {issue.check}: {issue.message}")
    return 1 if any(issue.severity == "error" for _, issue in findings) else 0
