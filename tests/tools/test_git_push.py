"""The example deployer, with real git, skopeo, buildah and a private registry.

After every scenario, nothing secret may have been on the pusher's screen, in git's objects, in the arguments of a
process, or be left in a file.
"""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from git_platform import DEPLOYER, write_secret
from oci_layout import digest_of
from private_registry import auth_file, logins
from sample_app import GREETING, PROCFILE, rails

if TYPE_CHECKING:
    from pathlib import Path

    from git_platform import AppRepository, MakeApp
    from oci_layout import MakeImage
    from private_registry import PrivateRegistry, Traffic
    from watch import Watch


@pytest.fixture(scope="module")
def web_image(registry: PrivateRegistry, make_image: MakeImage) -> str:
    """A private image of an app."""
    return registry.push(make_image(rails("web 1.0")), "team/web:1.0")


@pytest.fixture(scope="module")
def public_base(public_registry: PrivateRegistry, make_image: MakeImage) -> str:
    """A base image that everybody can read."""
    return public_registry.push(make_image(rails("public base")), "ruby:3.4")


@pytest.fixture
def login(registry: PrivateRegistry) -> dict[str, str]:
    """The config variables that hold the registry's login."""
    return {
        "APTIBLE_PRIVATE_REGISTRY_HOST": registry.host,
        "APTIBLE_PRIVATE_REGISTRY_USERNAME": registry.username,
        "APTIBLE_PRIVATE_REGISTRY_PASSWORD": registry.password,
    }


# The worked example


def test_the_worked_example_command_by_command(
    web_image: str, login: dict[str, str], make_app: MakeApp, watch: Watch, traffic: Traffic
) -> None:
    api_key = secrets.token_hex(16)
    watch.keep(api_key)
    app = make_app({})
    app.configure({**login, "APTIBLE_DOCKER_IMAGE": web_image, "GREETING": GREETING, "API_KEY": api_key})
    (app.clone / "Procfile").write_text("web: bundle exec rails s\n")
    app.git("add", "Procfile")
    app.git("commit", "--quiet", "--message", "Start")
    pushed = app.run("git", "push", "platform", "main")
    assert pushed.accepted, pushed.screen
    assert f"Pull {web_image}" in pushed.screen
    assert app.deployed == app.git("rev-parse", "HEAD")
    name, greeting, *variables = app.page(pushed)
    assert (name, greeting) == ("web 1.0", GREETING)
    # What steers the deploy never reaches the app.
    assert {"API_KEY", "GREETING", "PORT"} <= set(variables)
    assert not [variable for variable in variables if variable.startswith("APTIBLE_")]
    assert logins(traffic()) == {"accepted"}
    assert watch.auth_files()


def test_the_deployer_is_one_page() -> None:
    assert len(DEPLOYER.read_text().splitlines()) <= 200


# What is refused


@pytest.mark.parametrize("password", [None, "guessed"])
def test_a_push_that_the_registry_refuses_changes_nothing(
    password: str | None, web_image: str, login: dict[str, str], make_app: MakeApp, traffic: Traffic
) -> None:
    given = {} if password is None else {**login, "APTIBLE_PRIVATE_REGISTRY_PASSWORD": password}
    app = make_app({**given, "APTIBLE_DOCKER_IMAGE": web_image})
    app.commit(PROCFILE)
    pushed = app.push()
    assert not pushed.accepted
    assert "unauthorized" in pushed.screen
    assert "returned non-zero exit status 1" in pushed.screen
    assert app.deployed is None
    assert app.processes() == {}
    assert logins(traffic()) == {"none" if password is None else "wrong"}


def test_a_login_for_another_host_is_refused_before_anything_is_asked(
    web_image: str, login: dict[str, str], make_app: MakeApp, second_registry: PrivateRegistry, traffic: Traffic
) -> None:
    host = second_registry.host
    app = make_app({**login, "APTIBLE_PRIVATE_REGISTRY_HOST": host, "APTIBLE_DOCKER_IMAGE": web_image})
    app.commit(PROCFILE)
    before = second_registry.requests()
    pushed = app.push()
    assert not pushed.accepted
    assert "error[credentials-host-mismatch]" in pushed.screen
    assert app.deployed is None
    assert traffic() == []
    assert second_registry.requests() == before


def test_every_fault_is_on_the_screen_where_it_stands(
    web_image: str, login: dict[str, str], make_app: MakeApp, traffic: Traffic
) -> None:
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": web_image, "APTIBLE_PRIVATE_REGISTRY_USERNAME": ""})
    app.commit({"Procfile": "web: bundle exec rails s\nworker bundle exec sidekiq\n"})
    pushed = app.push()
    assert not pushed.accepted
    assert "error[credentials-incomplete]" in pushed.screen
    assert "Procfile:2:1: error[procfile-no-colon]" in pushed.screen
    assert "remote:  2 | worker bundle exec sidekiq" in pushed.screen
    assert traffic() == []


def test_a_build_that_requires_a_secret_is_refused_before_it_begins(
    public_base: str, make_app: MakeApp, traffic: Traffic
) -> None:
    app = make_app({})
    dockerfile = f"FROM {public_base}\nRUN --mount=type=secret,id=npmrc,required=true true\n"
    app.commit({"Procfile": "web: run\n", "Dockerfile": dockerfile})
    pushed = app.push()
    assert not pushed.accepted
    assert "Dockerfile:2:13: error[build-secret-missing]: required secret `npmrc`" in pushed.screen
    assert app.deployed is None
    assert traffic() == []


def test_what_runs_keeps_running_when_a_deploy_is_refused(
    web_image: str, login: dict[str, str], make_app: MakeApp
) -> None:
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": web_image})
    commit = app.commit(PROCFILE)
    first = app.push()
    running = app.processes()
    app.commit({"Procfile": "web"})
    assert not app.push().accepted
    assert app.deployed == commit
    assert app.processes() == running
    assert app.page(first)[0] == "web 1.0"


def test_a_release_that_fails_refuses_the_deploy(web_image: str, login: dict[str, str], make_app: MakeApp) -> None:
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": web_image})
    app.commit({"Procfile": "web: bundle exec rails s\nrelease: echo migrating && false\n"})
    pushed = app.push()
    assert not pushed.accepted
    assert "`release` failed" in pushed.screen
    assert app.processes() == {}
    app.commit({"Procfile": "web: bundle exec rails s\nrelease: echo migrating\n"})
    pushed = app.push()
    assert pushed.accepted
    assert app.page(pushed)[0] == "web 1.0"
    assert app.processes().keys() == {"web"}


def test_what_is_odd_about_the_config_is_told(web_image: str, make_app: MakeApp, login: dict[str, str]) -> None:
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": web_image, "ODD.NAME": "1"})
    write_secret(app.home / "config.env", (app.home / "config.env").read_text() + "GREETING=hello # world\n")
    app.commit(PROCFILE)
    pushed = app.push()
    assert pushed.accepted, pushed.screen
    assert "warning[env-inline-comment]" in pushed.screen
    assert "warning[env-unusual-name]" in pushed.screen
    assert app.page(pushed)[:2] == ["web 1.0", "hello"]


def test_a_link_in_the_place_of_a_file_is_refused(login: dict[str, str], make_app: MakeApp, tmp_path: Path) -> None:
    (tmp_path / "shadow").write_text("root:hash")
    app = make_app(login)
    (app.clone / "Dockerfile").symlink_to(tmp_path / "shadow")
    app.commit(PROCFILE)
    pushed = app.push()
    assert not pushed.accepted
    assert "Dockerfile: error[sources-link]: file is a symbolic link" in pushed.screen
    assert "root:hash" not in pushed.screen


@pytest.mark.parametrize("link", [".dockerignore", "inside"])
def test_a_link_that_leads_out_of_the_repository_is_refused(
    link: str, public_base: str, make_app: MakeApp, tmp_path: Path
) -> None:
    """Tools follow links: buildah would read patterns from `.dockerignore`, and quote those that it cannot read."""
    (tmp_path / "shadow").write_text("root:[hash\n")
    app = make_app({})
    (app.clone / link).symlink_to(tmp_path / "shadow")
    app.commit({**PROCFILE, "Dockerfile": f"FROM {public_base}\nCOPY . /srv/\n"})
    pushed = app.push()
    assert not pushed.accepted
    assert f"{link}: error[sources-link-outside]: link leads out of the repository" in pushed.screen
    assert "root:[hash" not in pushed.screen


def test_a_tree_that_holds_a_name_twice_is_refused(public_base: str, make_app: MakeApp, tmp_path: Path) -> None:
    """Git itself makes no such tree, but people can, and what is judged may not be ambiguous."""
    app = make_app({})
    app.commit({**PROCFILE, "Dockerfile": f"FROM {public_base}\n", "target": str(tmp_path / "victim")})
    link = app.git("hash-object", "target")
    tree = app.run("sh", "-c", f"{{ git ls-tree HEAD; printf '120000 blob {link}\\tDockerfile\\n'; }} | git mktree")
    commit = app.git("commit-tree", "-m", "Two", "-p", "HEAD", tree.screen.strip())
    app.git("reset", "--quiet", "--soft", commit)
    pushed = app.push()
    assert not pushed.accepted
    assert "error[sources-path-invalid]: revision contains a name twice" in pushed.screen
    assert not (tmp_path / "victim").exists()


def test_two_deploys_at_once_are_done_one_after_the_other(
    web_image: str, login: dict[str, str], make_app: MakeApp
) -> None:
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": web_image})
    app.commit(PROCFILE)
    assert app.push().accepted
    with ThreadPoolExecutor() as pool:
        outcomes = [pool.submit(app.redeploy) for _ in range(3)]
    assert all(outcome.result().accepted for outcome in outcomes)
    containers = app.run("buildah", "containers", "--quiet").screen.split()
    assert len(containers) == len(app.processes()) == 1


def test_a_deploy_that_is_ended_leaves_no_auth_file(
    web_image: str, login: dict[str, str], make_app: MakeApp, watch: Watch
) -> None:
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": web_image})
    app.commit(PROCFILE)
    # Once skopeo has pulled the image, it ends the hook, and goes on for as long as it is let.
    watch.after("copy", 'kill -TERM "$PPID"; exec cat /dev/zero >/dev/null')
    pushed = app.push()
    assert not pushed.accepted
    assert app.deployed is None
    ((mode, auth),) = watch.auth_files()
    assert mode == "600"
    assert not auth.exists()


def test_config_that_others_can_read_is_refused(web_image: str, login: dict[str, str], make_app: MakeApp) -> None:
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": web_image})
    (app.home / "config.env").chmod(0o644)
    app.commit(PROCFILE)
    pushed = app.push()
    assert not pushed.accepted
    assert "chmod 600" in pushed.screen


def test_only_the_branch_is_deployed(
    web_image: str, login: dict[str, str], make_app: MakeApp, traffic: Traffic
) -> None:
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": web_image})
    app.commit(PROCFILE)
    assert app.run("git", "push", "platform", "main:feature").accepted
    assert traffic() == []
    assert app.processes() == {}


# Builds


def test_a_build_on_a_public_base_takes_no_login(
    public_base: str, login: dict[str, str], make_app: MakeApp, traffic: Traffic
) -> None:
    app = make_app(login)
    app.commit({**PROCFILE, "Dockerfile": f"FROM {public_base}\nRUN echo built > /etc/name\n"})
    pushed = app.push()
    assert pushed.accepted, pushed.screen
    assert "Build Dockerfile" in pushed.screen
    assert "warning[credentials-unused]" in pushed.screen
    assert app.page(pushed)[0] == "built"
    assert traffic() == []


def test_a_private_base_is_extended(
    registry: PrivateRegistry, login: dict[str, str], make_image: MakeImage, make_app: MakeApp, watch: Watch
) -> None:
    base = registry.push(make_image(rails("base")), "team/base:1.0")
    app = make_app(login)
    app.commit({**PROCFILE, "Dockerfile": f"FROM {base}\nRUN echo extended > /etc/name\n"})
    pushed = app.push()
    assert pushed.accepted, pushed.screen
    assert f"Extend {base}" in pushed.screen
    assert app.page(pushed)[0] == "extended"
    assert watch.auth_files()


def test_a_private_image_is_copied_from(
    registry: PrivateRegistry,
    public_base: str,
    login: dict[str, str],
    make_image: MakeImage,
    make_app: MakeApp,
    traffic: Traffic,
) -> None:
    assets = registry.push(make_image({"etc/name": "private assets\n"}), "team/assets:1.0")
    before = len(traffic())
    app = make_app(login)
    app.commit({**PROCFILE, "Dockerfile": f"FROM {public_base}\nCOPY --from={assets} /etc/name /etc/name\n"})
    pushed = app.push()
    assert pushed.accepted, pushed.screen
    assert f"Extend {assets}" in pushed.screen
    assert app.page(pushed)[0] == "private assets"
    assert logins(traffic()[before:]) == {"accepted"}


def test_a_private_stage_that_is_not_needed_is_not_pulled(
    public_base: str,
    web_image: str,
    login: dict[str, str],
    make_app: MakeApp,
    traffic: Traffic,
) -> None:
    app = make_app(login)
    dockerfile = f"FROM {web_image} AS tests\nRUN false\nFROM {public_base} AS app\nRUN echo app > /etc/name\n"
    app.commit({**PROCFILE, "Dockerfile": dockerfile})
    pushed = app.push()
    assert pushed.accepted, pushed.screen
    assert "Build Dockerfile" in pushed.screen
    assert app.page(pushed)[0] == "app"
    assert traffic() == []


def test_with_an_image_set_a_broken_dockerfile_does_not_matter(
    web_image: str, login: dict[str, str], make_app: MakeApp
) -> None:
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": web_image})
    app.commit({**PROCFILE, "Dockerfile": "FORM ruby\nRUN <<EOF\n"})
    pushed = app.push()
    assert pushed.accepted, pushed.screen
    assert "note[dockerfile-ignored]" in pushed.screen
    assert app.page(pushed)[0] == "web 1.0"


def test_what_was_judged_is_what_is_built(public_base: str, web_image: str, make_app: MakeApp) -> None:
    """Attributes have `git archive` expand formats in a file, which would make another Dockerfile of it."""
    app = make_app({})
    dockerfile = f"FROM {public_base}\n# $Format:%n%nFROM {web_image}%n$\nRUN echo judged > /etc/name\n"
    app.commit({**PROCFILE, ".gitattributes": "Dockerfile export-subst\n", "Dockerfile": dockerfile})
    pushed = app.push()
    assert pushed.accepted, pushed.screen
    assert app.page(pushed)[0] == "judged"


# The same again


def test_by_tag_the_same_commit_is_pulled_again(
    registry: PrivateRegistry, login: dict[str, str], make_image: MakeImage, make_app: MakeApp, traffic: Traffic
) -> None:
    image = registry.push(make_image(rails("before")), "team/moving:1.0")
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": image})
    app.commit(PROCFILE)
    assert app.page(app.push())[0] == "before"
    registry.push(make_image(rails("after")), "team/moving:1.0")
    before = len(traffic())
    again = app.redeploy()
    assert again.accepted, again.screen
    assert "/v2/team/moving/manifests/1.0" in {request.path for request in traffic()[before:]}
    assert app.page(again)[0] == "after"


def test_a_build_by_tag_is_built_again_on_what_the_tag_is_now(
    registry: PrivateRegistry, login: dict[str, str], make_image: MakeImage, make_app: MakeApp
) -> None:
    base = registry.push(make_image(rails("before")), "team/moving-base:1.0")
    app = make_app(login)
    app.commit({**PROCFILE, "Dockerfile": f"FROM {base}\nRUN true\n"})
    assert app.page(app.push())[0] == "before"
    registry.push(make_image(rails("after")), "team/moving-base:1.0")
    assert app.page(app.redeploy())[0] == "after"


@pytest.mark.parametrize("kind", ["pull", "extend"])
def test_pinned_and_unchanged_there_is_nothing_to_do(
    kind: str, web_image: str, login: dict[str, str], make_app: MakeApp, traffic: Traffic
) -> None:
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": web_image if kind == "pull" else ""})
    app.commit({**PROCFILE, **({"Dockerfile": f"FROM {web_image}\n"} if kind == "extend" else {})})
    first = app.push("-o", "pin")
    running, before = app.processes(), len(traffic())
    again = app.redeploy("pin")
    assert again.accepted, again.screen
    assert "nothing to do" in again.screen
    assert app.processes() == running
    assert app.page(first)[0] == "web 1.0"
    # Looking a tag up reads the image's config; its layer is not pulled.
    asked = [request.path for request in traffic()[before:] if request.method == "GET"]
    assert len([path for path in asked if "/blobs/" in path]) <= 1


def test_changed_config_restarts_and_pulls_nothing(
    web_image: str, login: dict[str, str], make_image: MakeImage, make_app: MakeApp, traffic: Traffic
) -> None:
    config = {**login, "APTIBLE_DOCKER_IMAGE": f"{web_image}@{digest_of(make_image(rails('web 1.0')))}"}
    app = make_app(config)
    app.commit(PROCFILE)
    assert app.push().accepted
    running, before = app.processes(), len(traffic())
    app.configure({**config, "GREETING": "good bye"})
    again = app.redeploy()
    assert app.page(again)[1] == "good bye"
    assert app.processes() != running
    assert traffic()[before:] == []


# Digests


def test_an_image_with_a_digest_stays_when_its_tag_moves(
    registry: PrivateRegistry, login: dict[str, str], make_image: MakeImage, make_app: MakeApp, traffic: Traffic
) -> None:
    old, new = make_image(rails("old")), make_image(rails("new"))
    image = registry.push(old, "team/held:1.0")
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": f"{image}@{digest_of(old)}"})
    app.commit(PROCFILE)
    registry.push(new, "team/held:1.0")
    before = len(traffic())
    assert app.page(app.push())[0] == "old"
    asked = {request.path for request in traffic()[before:] if "/manifests/" in request.path}
    assert asked == {f"/v2/team/held/manifests/{digest_of(old)}"}


@pytest.mark.parametrize("kind", ["pull", "from", "copy"])
def test_a_pinned_plan_pulls_the_looked_up_digest_after_the_tag_has_moved(
    kind: str,
    registry: PrivateRegistry,
    login: dict[str, str],
    make_image: MakeImage,
    make_app: MakeApp,
    watch: Watch,
    traffic: Traffic,
) -> None:
    """The tag moves between the look-up and the pull: the case that pinning is for."""
    old, new = make_image(rails("old")), make_image(rails("new"))
    image = registry.push(old, f"team/pinned-{kind}:1.0")
    dockerfile = {
        "pull": {},
        "from": {"Dockerfile": f"FROM {image}\nRUN true\n"},
        "copy": {"Dockerfile": f"FROM scratch\nCOPY --from={image} / /\n"},
    }[kind]
    app = make_app({**login, "APTIBLE_DOCKER_IMAGE": image if kind == "pull" else ""})
    app.commit({**PROCFILE, **dockerfile})
    auth = watch.folder / "move.json"
    auth.write_text(auth_file({registry.host: (registry.username, registry.password)}))
    options = f"--quiet --preserve-digests --dest-tls-verify=false --dest-authfile {auth}"
    watch.after("inspect", f"skopeo copy {options} oci:{new}:latest docker://{image}")
    before = len(traffic())
    pushed = app.push("-o", "pin")
    assert pushed.accepted, pushed.screen
    assert app.page(pushed)[0] == "old"
    assert digest_of(old) in (app.home / "plan.json").read_text()
    read = [request.path for request in traffic()[before:] if request.method == "GET" and "/manifests/" in request.path]
    assert read == [f"/v2/team/pinned-{kind}/manifests/{end}" for end in ("1.0", digest_of(old))]


# Whose login


def platform_login(app: AppRepository, registry: PrivateRegistry, path: str) -> None:
    """Give the platform a login for a part of a registry."""
    text = auth_file({f"{registry.host}/{path}": (registry.username, registry.password)})
    write_secret(app.home.parent / "platform-logins.json", text)


def test_the_platforms_login_pulls_the_images_of_its_scope(
    registry: PrivateRegistry, make_image: MakeImage, make_app: MakeApp, traffic: Traffic
) -> None:
    base = registry.push(make_image(rails("stack")), "stacks/ruby:3.4")
    before = len(traffic())
    app = make_app({})
    platform_login(app, registry, "stacks")
    app.commit({**PROCFILE, "Dockerfile": f"FROM {base}\nRUN true\n"})
    pushed = app.push()
    assert pushed.accepted, pushed.screen
    assert "Build Dockerfile" in pushed.screen
    assert app.page(pushed)[0] == "stack"
    assert logins(traffic()[before:]) == {"accepted"}


@pytest.mark.parametrize("how", ["FROM {}", "FROM scratch\nCOPY --from={} / /", "FROM {stack}\nCOPY --from={} / /"])
def test_a_dockerfile_cannot_borrow_the_platforms_login(
    how: str, registry: PrivateRegistry, web_image: str, make_image: MakeImage, make_app: MakeApp, traffic: Traffic
) -> None:
    stack = registry.push(make_image(rails("stack")), "stacks/ruby:3.4")
    before = len(traffic())
    app = make_app({})
    platform_login(app, registry, "stacks")
    app.commit({**PROCFILE, "Dockerfile": how.format(web_image, stack=stack)})
    pushed = app.push()
    assert not pushed.accepted
    assert "returned non-zero exit status 125" in pushed.screen
    assert app.deployed is None
    wanted = [request for request in traffic()[before:] if request.path.startswith("/v2/team/web/")]
    assert logins(wanted) == {"none"}


def test_a_dockerfile_cannot_reach_the_repositories_of_others(
    registry: PrivateRegistry, web_image: str, make_image: MakeImage, make_app: MakeApp, traffic: Traffic
) -> None:
    """The app's own login is for its own part of the registry, though the registry would let it read everything."""
    own = registry.push(make_image(rails("own")), "tenant-a/base:1.0")
    before = len(traffic())
    app = make_app({})
    logins_text = auth_file({f"{registry.host}/tenant-a": (registry.username, registry.password)})
    write_secret(app.home / "logins.json", logins_text)
    app.commit({**PROCFILE, "Dockerfile": f"FROM {own}\nCOPY --from={web_image} / /\n"})
    pushed = app.push()
    assert not pushed.accepted
    asked = traffic()[before:]
    assert logins([request for request in asked if "/tenant-a/" in request.path]) == {"accepted"}
    assert logins([request for request in asked if "/team/web/" in request.path]) == {"none"}


@pytest.mark.parametrize("name", ["localhost/owner:current", "{id}"])
def test_an_image_that_another_app_has_built_is_not_lent(name: str, public_base: str, make_app: MakeApp) -> None:
    owner, other = make_app({}, "owner"), make_app({}, "other")
    owner.commit({**PROCFILE, "Dockerfile": f"FROM {public_base}\nRUN echo secret recipe > /etc/name\n"})
    assert owner.push().accepted
    (built,) = owner.run("buildah", "images", "--quiet", "localhost/owner:current").screen.split()
    other.commit({**PROCFILE, "Dockerfile": f"FROM {name.format(id=built)}\nRUN true\n"})
    pushed = other.push()
    assert not pushed.accepted
    assert other.processes() == {}


@pytest.mark.parametrize("how", ["FROM {}\nRUN true\n", "FROM scratch\nCOPY --from={} / /\n"])
def test_an_image_that_another_app_has_pulled_is_not_lent(
    how: str, web_image: str, login: dict[str, str], make_app: MakeApp, traffic: Traffic
) -> None:
    """Both apps share the machine's image store, and a store asks nobody for a login."""
    files = {**PROCFILE, "Dockerfile": how.format(web_image)}
    owner, other = make_app(login, "owner"), make_app({}, "other")
    owner.commit(files)
    assert owner.push().accepted
    before = len(traffic())
    other.commit(files)
    pushed = other.push()
    assert not pushed.accepted
    assert logins(traffic()[before:]) == {"none"}


def test_a_second_registry_is_reached_through_the_keyring(
    registry: PrivateRegistry,
    second_registry: PrivateRegistry,
    login: dict[str, str],
    make_image: MakeImage,
    make_app: MakeApp,
    traffic: Traffic,
) -> None:
    base = registry.push(make_image(rails("base")), "team/base:1.0")
    assets = second_registry.push(make_image({"etc/name": "assets of the second\n"}), "other/assets:1.0")
    before, second_before = len(traffic()), len(second_registry.requests())
    app = make_app(login)
    keyring = {second_registry.host: (second_registry.username, second_registry.password)}
    write_secret(app.home / "logins.json", auth_file(keyring))
    app.commit({**PROCFILE, "Dockerfile": f"FROM {base}\nCOPY --from={assets} /etc/name /etc/name\n"})
    pushed = app.push()
    assert pushed.accepted, pushed.screen
    assert app.page(pushed)[0] == "assets of the second"
    assert logins(traffic()[before:]) == {"accepted"}
    assert logins(second_registry.requests()[second_before:]) == {"accepted"}
