"""Dockerfiles: text → the images that a build fetches, as BuildKit decides it.

The modules follow the text's way: `_lexer` (logical lines), `_instructions`, `_stages`, then `_words`, `_glob` and
`_platforms` for what is expanded, and `_images` for what is reached.
"""

from deployspec._dockerfile._frontend import frontend_of
from deployspec._dockerfile._images import BaseImage, BuildImages
from deployspec._dockerfile._stages import Argument, Dockerfile, Stage, parse_dockerfile

__all__ = ["Argument", "BaseImage", "BuildImages", "Dockerfile", "Stage", "frontend_of", "parse_dockerfile"]
