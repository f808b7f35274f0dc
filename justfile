# What people do here, in five words. uv must be on the PATH, as it is after: . env/bin/activate
# It brings just itself: uv tool install rust-just

set windows-shell := ["cmd.exe", "/c"]

# List these
_default:
    @just --list --unsorted

# Open the window
run *arguments:
    uv run gan-desktop {{arguments}}

# Run the tests, or some of them: just test -n 0 tests/core
test *arguments:
    uv run pytest {{arguments}}

# Check rules, format, types, import contracts and pinned versions, as .ci/run does
check:
    uv run ruff check .
    uv run ruff format --check .
    uv run mypy
    uv run lint-imports
    uv run python packaging/pin.py --check

# Mend what can be mended without thinking: rules, format, pinned versions
fix:
    uv run ruff check --fix .
    uv run ruff format .
    uv run python packaging/pin.py

# Build the executable and try it
build:
    uv run --group package python packaging/build.py
    uv run python packaging/check.py
