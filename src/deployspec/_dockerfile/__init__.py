"""Dockerfiles: text → the images that a build fetches, as BuildKit decides it.

The modules follow the text's way:

1. `_directives`, `_lexer`, `_heredocs`: physical → logical lines.
2. `_flags`, `_arguments`, `_checks`, `_instructions`: a logical line → an instruction.
3. `_reader`, `_stages`, `_file`: instructions → the stages of a `Dockerfile`; `_plain` is the fast path of this.
4. `_request`, with `_expand`, `_words`, `_glob` and `_platforms`: what is asked, and the expansion of what was written.
5. `_states`, `_reach`, `_images`: stages → states → what the target reaches → images.

Aside stand `_frontend` and `_starts`, and `_go`, `_json`, `_faults`, which all of them use.
"""

from deployspec._dockerfile.build.images import BuildImage, BuildImages, BuildRole
from deployspec._dockerfile.dockerfile import Dockerfile, parse_dockerfile
from deployspec._dockerfile.places import Place
from deployspec._dockerfile.stages.stages import Argument, Source, Stage, StartCommand, Trigger
from deployspec._dockerfile.text.frontend import frontend_of

__all__ = [
    "Argument",
    "BuildImage",
    "BuildImages",
    "BuildRole",
    "Dockerfile",
    "Place",
    "Source",
    "Stage",
    "StartCommand",
    "Trigger",
    "frontend_of",
    "parse_dockerfile",
]
