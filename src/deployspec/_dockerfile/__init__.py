"""Dockerfiles: text → stages → the images that a build pulls, by the rules of BuildKit.

The rules are those of moby/buildkit at commit 73ed6825c (2026-08-21), its built-in Dockerfile frontend. A comment above
each rule names the file and function that it follows, such as `# buildkit frontend/dockerfile/parser/parser.go: Parse`.
So after a change of BuildKit, search for the function's name. Paths below are relative to `frontend/dockerfile`.

The rooms follow the data; each imports only rooms above it, which import-linter checks:

=============  ===============  =====================================================================================
room           module           BuildKit
=============  ===============  =====================================================================================
(shared)       go               Go's unicode, strings, strconv and time
..             go_json          Go's encoding/json; parser/line_parsers.go: parseJSON
..             places           locations, also across continuation lines (no counterpart)
..             diagnostics      collecting errors (no counterpart: BuildKit stops at the first one)
words          expand, lexer    shell/lex.go: Lex, shellWord
..             glob             shell/lex.go: convertShellPatternToRegex, trimPrefix, trimSuffix
text           lines            parser/parser.go: Parse, scanLines, processLine, trimContinuationCharacter
..             directives       parser/directives.go; parser/parser.go: possibleParserDirective; linter/linter.go
..             heredocs         parser/parser.go: heredocsFromLine, ParseHeredoc
..             frontend         builder/build.go: Build (forwarding to another frontend)
instructions   flags            parser/split_command.go: extractBuilderFlags; instructions/bflag.go
..             arguments        parser/line_parsers.go; parser/parser.go: dispatch
..             mounts           instructions/commands_runmount.go, commands_rundevice.go
..             checks           instructions/parse.go: parseFrom, parseCopy, …
..             instruction      parser/parser.go: Node
..             parse            parser/split_command.go: splitCommand; instructions/parse.go: ParseInstruction
stages         stages, convert  instructions/commands.go: Stage, ArgCommand, CopyCommand, …
..             builder, parse   instructions/parse.go: Parse
..             fast, patterns   the fast path (no counterpart)
..             partial          the known parts of a file with errors (no counterpart)
build          platforms        github.com/containerd/platforms
..             request          dockerfile2llb/platform.go: buildPlatformOpt, defaultArgs
..             scope            dockerfile2llb/convert.go: buildMetaArgs; dockerfile2llb/epoch.go
..             causes           variables that make a word invalid (no counterpart)
..             bases            dockerfile2llb/convert.go: buildDispatchStates, toCommand; convert_runmount.go
..             graph            dockerfile2llb/convert.go: buildStageDependencyGraph, resolveTarget, allReachableStages,
..                              initOnBuildTriggers; dockerfile2llb/validations.go
..             contexts         ../dockerui/namedcontext.go; ../dockerui/config.go: NamedContext
..             images, values   dockerfile2llb/convert.go: resolveStages, resolveBaseImage
..             origins          variables that a reference was made from (no counterpart)
..             entrypoint       dockerfile2llb/convert.go: dispatchEntrypoint, dispatchCmd
(face)         features         features that other builders read as something else (no counterpart)
..             template         the error of a file that is a template (no counterpart)
..             explain          errors in text that is not ASCII (no counterpart)
..             dockerfile       the public functions; dockerfile2llb/convert.go: toDispatchState
dispatch       values           dockerfile2llb/convert_expose.go; moby/sys signal; dchapes-mode; go-digest; go-units
..             git              dfgitutil/git_ref.go; ../../util/gitutil/git_url.go; Go's net/url
..             windows          ../../util/system/path.go
..             mounts           instructions/commands_runmount.go: parseMount; dockerfile2llb/convert_ssh.go
..             environment      dockerfile2llb/convert.go: dispatchEnv, dispatchArg; shell/lex.go
..             read, step       instructions/commands.go: Expand
..             refusals         features that older frontends refuse (no counterpart)
..             rules            dockerfile2llb/convert.go: dispatch; convert_copy.go, convert_runmount.go
..             dispatch, check  dockerfile2llb/convert.go: dispatchStages
=============  ===============  =====================================================================================

Where to add a flag: `instructions/flags.py`. A rule about an instruction: `instructions/checks.py`.
"""

from deployspec._dockerfile.build.values import BuildImage, BuildImages, BuildRole
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
