"""Reading the files of an app: from a folder, or from a revision of a git repository.

This is the only public module that reads and writes files. The files of an app are written by anyone who can push to
it, so only regular files inside the app's folder are read: no link is followed, no device or pipe is opened, and the
size is limited. Revisions are read from git's objects and never checked out; git runs without the caller's `GIT_…`
variables and never fetches. Windows cannot open files without following links, so only `read_revision` works there.

Every problem is a `SourceError` that names the path and never shows content.

>>> import pathlib, tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     _ = pathlib.Path(folder, "Procfile").write_text("web: run")
...     files = read_folder(folder)
>>> files.app({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"})
App(config=<APTIBLE_DOCKER_IMAGE>, procfile=<8 bytes>, dockerfile=None, profile='aptible-2016')
"""

from typing import TYPE_CHECKING

from deployspec.sources._files import AppFiles, SourceError
from deployspec.sources._folders import find_apps, read_folder

if TYPE_CHECKING:
    from deployspec.sources._extract import extract
    from deployspec.sources._revisions import read_revision

__all__ = ["AppFiles", "SourceError", "extract", "find_apps", "read_folder", "read_revision"]


def __getattr__(name: str) -> object:
    # Only these functions run git; importing `subprocess` takes time.
    match name:
        case "extract":
            from deployspec.sources._extract import extract

            return extract
        case "read_revision":
            from deployspec.sources._revisions import read_revision

            return read_revision
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
