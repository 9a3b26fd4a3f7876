"""The map in the docstring of `_dockerfile`."""

from __future__ import annotations

from pathlib import Path

import deployspec._dockerfile as dockerfile

MODULES = slice(15, 32)  # the columns of the table that name modules


def test_the_map_lists_each_module_once() -> None:
    _, _, rows, _ = (dockerfile.__doc__ or "").split("=\n")[-4:]
    cells = ",".join(row[MODULES] for row in rows.splitlines() if not row.startswith("="))
    listed = [name.strip() for name in cells.split(",") if name.strip()]
    modules = [path.stem for path in Path(dockerfile.__file__).parent.rglob("*.py") if path.stem != "__init__"]
    assert sorted(listed) == sorted(modules)
