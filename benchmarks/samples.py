"""Inputs as people write them, made from a seeded source of randomness, so that no two are alike.

All texts were written for this project; names, versions and commands vary, the shapes are those of everyday files.
"""

from __future__ import annotations

from random import Random

_WORDS = (
    *("accounts", "api", "assets", "auth", "billing", "blog", "cart", "catalog", "checkout", "cron", "dashboard"),
    *("docs", "events", "feeds", "gateway", "importer", "inventory", "jobs", "mailer", "metrics", "orders"),
    *("payments", "portal", "reports", "scheduler", "search", "shop", "signup", "static", "sync", "webhooks"),
)
_TEAMS = ("acme", "data-platform", "infra", "mobile", "payments-team", "shop", "web")
_HOSTS = (
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    "europe-west1-docker.pkg.dev",
    "gcr.io",
    "ghcr.io",
    "localhost:5000",
    "quay.io",
    "registry.example.com:5000",
    "registry.gitlab.com",
)
_HEX = "0123456789abcdef"


def word(random: Random) -> str:
    """Make a name such as an app has; the number keeps it unlike all others."""
    return f"{random.choice(_WORDS)}{random.randrange(10**9)}"


def version(random: Random) -> str:
    """Make a tag: a version, a commit, a date."""
    match random.randrange(3):
        case 0:
            return f"{random.randrange(20)}.{random.randrange(30)}.{random.randrange(100)}"
        case 1:
            return "".join(random.choices(_HEX, k=12))
        case _:
            return f"2026-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}-{random.randrange(10**4)}"


def digest(random: Random) -> str:
    """Make a digest."""
    return f"sha256:{random.getrandbits(256):064x}"


def familiar_reference(random: Random) -> str:
    """Make a short reference to an image on Docker Hub: `shop17`, `acme/shop17:1.2.3`."""
    owner = random.choice(("", "", f"{random.choice(_TEAMS)}/"))
    return f"{owner}{word(random)}{random.choice(('', f':{version(random)}'))}"


def full_reference(random: Random) -> str:
    """Make a reference with a host: `quay.io/acme/shop17:1.2.3`."""
    return f"{random.choice(_HOSTS)}/{random.choice(_TEAMS)}/{word(random)}:{version(random)}"


def pinned_reference(random: Random) -> str:
    """Make a reference at a digest."""
    return f"{full_reference(random)}@{digest(random)}"


def reference(random: Random) -> str:
    """Make a reference of any of these kinds, the short ones as often as they are met."""
    return random.choice((familiar_reference, familiar_reference, full_reference, full_reference, pinned_reference))(
        random
    )


_COMMANDS = (
    "bundle exec puma -C config/puma.rb --port $PORT",
    "gunicorn {name}.wsgi --bind 0.0.0.0:$PORT --workers 3",
    "node dist/{name}.js --port $PORT",
    "celery --app {name} worker --loglevel info --concurrency 4",
    "bundle exec sidekiq -q {name} -q default",
    "java -Xmx512m -jar target/{name}.jar",
    "python manage.py {name} && exec ./bin/{name}",
)
_SERVICES = ("web", "worker", "release", "scheduler", "mailer", "sidekiq", "cron", "admin", "websocket", "metrics")


def procfile(random: Random, *, services: int = 3) -> str:
    """Make a Procfile with a comment and so many services."""
    lines = [f"# What {word(random)} runs\n"]
    for number in range(services):
        name = _SERVICES[number] if number < len(_SERVICES) else f"{_SERVICES[number % len(_SERVICES)]}-{number}"
        lines.append(f"{name}: {random.choice(_COMMANDS).format(name=word(random))}\n")
    return "".join(lines)


def dotenv(random: Random, *, variables: int = 20) -> str:
    """Make a dotenv text: bare and quoted values, comments, `export`, blank lines."""
    lines = [f"# Settings of {word(random)}"]
    for number in range(variables):
        name = f"{random.choice(_WORDS).upper()}_{number}"
        lines.append(
            (
                f"{name}={word(random)}",
                f'{name}="postgresql://{word(random)}:5432/shop?pool={number}"',
                f"export {name}='{version(random)} and more'",
                f"{name}={number}\n\n# Next",
            )[number % 4]
        )
    return "\n".join(lines) + "\n"


def short_dockerfile(random: Random) -> str:
    """Make a Dockerfile of one stage, as a small service has it."""
    return (
        f"FROM python:3.{random.randrange(9, 14)}-slim\n"
        f"WORKDIR /srv/{word(random)}\n"
        "COPY requirements.txt .\n"
        "RUN pip install --no-cache-dir -r requirements.txt\n"
        "COPY . .\n"
        'CMD ["gunicorn", "shop.wsgi"]\n'
    )


def multi_stage_dockerfile(random: Random) -> str:
    """Make a Dockerfile of four stages: arguments, a named target, copies from stages and from another image."""
    name = word(random)
    return f"""\
# syntax=docker/dockerfile:1
ARG NODE_VERSION={random.randrange(16, 25)}
ARG PYTHON_VERSION=3.{random.randrange(9, 14)}

FROM --platform=$BUILDPLATFORM node:${{NODE_VERSION}}-slim AS assets
WORKDIR /src/{name}
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY frontend/ frontend/
RUN npm run build

FROM python:${{PYTHON_VERSION}}-slim AS base
ENV PYTHONUNBUFFERED=1 \\
    PIP_NO_CACHE_DIR=1
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*

FROM base AS test
COPY requirements-dev.txt .
RUN pip install -r requirements-dev.txt
COPY . .
RUN pytest

FROM base AS web
COPY --from=ghcr.io/astral-sh/uv:0.9.{random.randrange(40)} /uv /usr/local/bin/uv
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache uv pip install --system -r requirements.txt
COPY --from=assets /src/{name}/dist /app/static
COPY . /app
WORKDIR /app
USER nobody
EXPOSE 8000
HEALTHCHECK CMD curl -f http://localhost:8000/healthz || exit 1
ENTRYPOINT ["./entrypoint.sh"]
CMD ["gunicorn", "{name}.wsgi"]
"""


def long_run_dockerfile(random: Random) -> str:
    """Make a Dockerfile whose `RUN` installs forty packages and builds two libraries, line by line with comments."""
    packages = "".join(f"      lib{word(random)}-dev \\\n" for _ in range(40))
    steps = "".join(
        f"      # {one} is not packaged\n"
        f" && curl -fsSL https://downloads.example.com/{one}-{version(random)}.tar.gz -o /tmp/{one}.tar.gz \\\n"
        f" && tar -xzf /tmp/{one}.tar.gz -C /usr/src \\\n"
        f" && make -C /usr/src/{one} -j4 install \\\n"
        for one in (word(random), word(random))
    )
    return (
        f"FROM debian:bookworm-2025{random.randrange(1000, 1200)}\n"
        "LABEL maintainer=ops@example.com\n"
        "RUN apt-get update \\\n && apt-get install -y --no-install-recommends \\\n"
        f"{packages}{steps} && rm -rf /var/lib/apt/lists/* /tmp/*\n"
        "COPY . /app\n"
        'CMD ["/app/run"]\n'
    )


def heredoc_dockerfile(random: Random) -> str:
    """Make a Dockerfile with here-documents: a script to run and a file to write."""
    name = word(random)
    return f"""\
# syntax=docker/dockerfile:1.{random.randrange(4, 19)}
FROM alpine:3.{random.randrange(15, 23)} AS build
RUN <<EOF
set -eu
apk add --no-cache build-base git
git clone --depth 1 https://git.example.com/{name}.git /src
make -C /src
EOF

FROM nginx:1.{random.randrange(20, 29)}-alpine
COPY --from=build /src/dist /usr/share/nginx/html
COPY <<-"CONF" /etc/nginx/conf.d/{name}.conf
\tserver {{
\t  listen 8080;
\t  location / {{ try_files $uri /index.html; }}
\t}}
CONF
RUN <<-CHECK
\tnginx -t
CHECK
"""


DOCKERFILES = {
    "short": short_dockerfile,
    "multi-stage": multi_stage_dockerfile,
    "long RUN": long_run_dockerfile,
    "heredocs": heredoc_dockerfile,
}
"""The kinds of Dockerfile, by name."""
