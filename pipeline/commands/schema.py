"""`duizhao schema`: the JSON Schema of `<stem>.json`."""

from __future__ import annotations

import argparse
import json

from pipeline.write.schema import json_schema


def main(args: argparse.Namespace) -> int:
    """Print the schema."""
    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
    return 0
