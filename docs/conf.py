"""How the documentation is built: `tox run -e docs`; warnings are errors, and every name must lead somewhere."""

from __future__ import annotations

import re
from importlib import metadata
from typing import Any

import attrs

project = "deployspec"
author = "The deployspec authors"
copyright = "the deployspec authors"  # noqa: A001  # Sphinx's name for it
version = release = metadata.version("deployspec")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton", "sphinxcontrib.programoutput"]
exclude_patterns = ["_build", "examples"]

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88

nitpicky = True
ALIASES = (
    "Action|AppKind|BuildRole|DockerfileKind|Format|Hosts|Kind|OnHostMismatch|Outcome|Owner|Requirement|Role|Severity|"
    "StartCommand|Tool|Verdict"
)
# Names of other projects' documentation, which is not asked for while this one is built.
nitpick_ignore_regex = [
    ("py:.*", r"(collections\.abc|typing|types|hypothesis|st|os|pathlib)(\..*)?|Path"),
    # Type aliases are documented as data, and the modules that public names are defined in have no page.
    (
        "py:class",
        rf"(deployspec\.(render\.)?)?({ALIASES})|st\..*",
    ),
    ("py:.*", r"(deployspec\.)?_.*|.*\._.*"),
]

html_theme = "furo"
html_title = f"deployspec {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5394", "color-brand-content": "#0b5394"},
    "dark_css_variables": {"color-brand-primary": "#79b8ff", "color-brand-content": "#79b8ff"},
}


def read_backticks_as_code(
    _app: object, _what: str, _name: str, _object: object, _options: object, lines: list[str]
) -> None:
    """Docstrings are written for people who read the source: `name` in them is code, but in examples it is itself."""
    example = False
    for number, line in enumerate(lines):
        example = bool(line.strip()) and (example or line.lstrip().startswith(">>>"))
        if not example:
            lines[number] = re.sub(r"(?<!`)`([^`]+)`(?!`)", lambda code: f"``{code[1].strip()}``", line)


def show_defaults(
    _app: object, _what: str, _name: str, documented: type, _options: object, signature: str | None, result: str | None
) -> tuple[str | None, str | None]:
    """Show what the default of a field of an attrs class is: attrs itself has only an expression to show."""
    if signature is None or not attrs.has(documented):
        return signature, result
    plain = {
        field.alias: repr(field.default) if isinstance(field.default, str | bool | None) else "..."
        for field in attrs.fields(documented)
    }
    shown = re.sub(r"attr_dict\['_*(\w+)'\]\.default", lambda found: plain[found[1]], signature)
    return shown.replace("NOTHING", "..."), result


def anchor_codes(_app: object, docname: str, source: list[str]) -> None:
    """Give each row of the page of diagnostics an anchor, whose id is the code."""
    if docname == "reference/diagnostics":
        source[0] = re.sub(r"^\| `([a-z0-9-]+)` \|", r"| `\1`{#\1} |", source[0], flags=re.MULTILINE)


def setup(app: Any) -> None:  # noqa: ANN401  # Sphinx is there only while the documentation is built
    """Have Sphinx call what stands above."""
    app.connect("autodoc-process-docstring", read_backticks_as_code)
    app.connect("autodoc-process-signature", show_defaults)
    app.connect("source-read", anchor_codes)
