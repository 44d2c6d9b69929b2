"""Which duizhao this is; apart from the runner, so that `duizhao --version` is quick."""

from importlib.metadata import PackageNotFoundError, version


def tool_version() -> str:
    """The installed version of duizhao, "0" from a bare checkout."""
    try:
        return version("duizhao")
    except PackageNotFoundError:
        return "0"
