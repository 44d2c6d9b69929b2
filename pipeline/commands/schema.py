"""`duizhao schema`: the JSON Schema of `<stem>.json`, or of `digest.json`."""

from __future__ import annotations

import argparse
import json

from pipeline.write.schema import json_schema


def main(args: argparse.Namespace) -> int:
    """Print the schema."""
    if args.of == "digest":
        from pipeline.write.digest_schema import digest_schema  # loads what compares reports

        schema = digest_schema()
    else:
        schema = json_schema()
    print(json.dumps(schema, ensure_ascii=False, indent=2))
    return 0
