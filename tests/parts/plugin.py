"""The pytest plugin of this project: fixtures for real parts, and which database is used.

It is loaded by name in pyproject.toml, before pytest-django reads the settings, so that tests
anywhere in the project see the fixtures. Parts are imported when a test asks for them: a pure
test pays nothing.

With ZABOTA_TEST_DB=postgres the suite runs on PostgreSQL: the one in
ZABOTA_TEST_DATABASE_URL, or one that is started here. `--only-database` leaves out the tests
that no database can change.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.parts.browser import Browser, Visitor
    from tests.parts.debian import Package
    from tests.parts.dovecot import Dovecot
    from tests.parts.postgres import Postgres
    from tests.parts.scripted_imap import Answer, ScriptedImap
    from tests.parts.server import Server
    from tests.parts.smtp_sink import SmtpSink
    from tests.parts.tcp_proxy import TcpProxy

SECRET_KEY = "only-for-tests-" + "0" * 50
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_serialized_rollback", "serve", "server"}
_failed = pytest.StashKey[bool]()
_started: list["Postgres"] = []
_folders: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="run only the tests whose outcome depends on the database",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Set the environment before anybody reads the settings; a wrapper runs before all others."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _choose_folder()
        _choose_database()
        _compile_messages()
    return (yield)


def pytest_unconfigure() -> None:
    while _started:
        _started.pop().stop()
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        wanted = not config.getoption("--only-database") or _asks_for_database(item)
        (kept if wanted and _fits_database(item) else left_out).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: pytest.TestReport = yield  # type: ignore[assignment] # pluggy sends the result in
    if report.when == "call":
        item.stash[_failed] = report.failed
    return report  # type: ignore[return-value] # and takes it back


def _choose_folder() -> None:
    """No test may touch the data of an installation that stands in the same folder."""
    folder = tempfile.mkdtemp(prefix="zabota-tests-")
    _folders.append(folder)
    os.environ["ZABOTA_DATA"] = folder
    os.environ["ZABOTA_SECRET_KEY"] = SECRET_KEY


def _choose_database() -> None:
    if not _on_postgres():
        os.environ.pop("DATABASE_URL", None)
        return
    url = os.environ.get("ZABOTA_TEST_DATABASE_URL", "")
    if not url:
        from tests.parts.postgres import Postgres

        _started.append(Postgres().start())
        url = _started[0].url
    os.environ["DATABASE_URL"] = url


def _compile_messages() -> None:
    """Pages are read in three languages: catalogues younger than their binary are compiled."""
    from zabota.config import catalogues

    catalogues.compile_stale()


def _fits_database(item: pytest.Item) -> bool:
    """Whether a test marked `only_on("postgres")` or `only_on("sqlite")` runs here."""
    mark = item.get_closest_marker("only_on")
    return mark is None or (os.environ.get("ZABOTA_TEST_DB") or "sqlite") in mark.args


def _asks_for_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("browser") is not None:
        return False
    return item.get_closest_marker("django_db") is not None or bool(fixtures & DATABASE_FIXTURES)


def _require(*packages: "Package") -> None:
    """Install what is missing; where that is not allowed, skip, which CI counts as a failure."""
    from tests.parts import debian

    left = ", ".join(package.name for package in debian.install(packages))
    if left and os.environ.get("CI") == "true":
        pytest.fail(f"Debian packages are missing: {left}")
    if left:
        pytest.skip(f"needs Debian packages: {left}")


@pytest.fixture(scope="session")
def dovecot() -> Iterator["Dovecot"]:
    """A running Dovecot, shared: each test makes mailboxes with names of its own."""
    from tests.parts import debian
    from tests.parts.dovecot import Dovecot

    _require(debian.DOVECOT)
    with Dovecot() as running:
        yield running


@pytest.fixture
def own_dovecot() -> Iterator["Dovecot"]:
    """A Dovecot for one test, to be killed and restarted at will."""
    from tests.parts import debian
    from tests.parts.dovecot import Dovecot

    _require(debian.DOVECOT)
    with Dovecot() as running:
        yield running


@pytest.fixture
def smtp_sink() -> Iterator["SmtpSink"]:
    """An SMTP server without sign-in and TLS, for one test."""
    from tests.parts.smtp_sink import SmtpSink

    with SmtpSink() as running:
        yield running


@pytest.fixture
def tls_smtp_sink(tmp_path: Path) -> Iterator["SmtpSink"]:
    """An SMTP server with STARTTLS that wants the account anna@example.com, parole-1."""
    from tests.parts.certificates import self_signed
    from tests.parts.smtp_sink import SmtpSink

    accounts = {"anna@example.com": "parole-1"}
    with SmtpSink(accounts=accounts, certificate=self_signed(tmp_path)) as running:
        yield running


@pytest.fixture
def tcp_proxy() -> Iterator[Callable[[int], "TcpProxy"]]:
    """Call it with a port: a proxy before that port, through which faults can be injected."""
    from tests.parts.tcp_proxy import TcpProxy

    proxies: list[TcpProxy] = []

    def before(port: int) -> TcpProxy:
        proxies.append(TcpProxy(port).start())
        return proxies[-1]

    yield before
    for proxy in proxies:
        proxy.stop()


@pytest.fixture
def scripted_imap() -> Iterator[Callable[[dict[str, "Answer"]], "ScriptedImap"]]:
    """Call it with a script: an IMAP server that says just that."""
    from tests.parts.scripted_imap import ScriptedImap

    servers: list[ScriptedImap] = []

    def playing(script: dict[str, "Answer"]) -> ScriptedImap:
        servers.append(ScriptedImap(script).start())
        return servers[-1]

    yield playing
    for running in servers:
        running.stop()


@pytest.fixture(scope="session")
def migrated() -> Iterator["Server"]:
    """An installation with its tables and nothing in them, to be copied: migrating is slow."""
    from tests.parts.server import Server

    url = _fresh_database("migrated") if _on_postgres() else ""
    template = Server(database_url=url)
    template.prepare()
    template.run("migrate")
    yield template
    template.stop()


@pytest.fixture
def serve(migrated: "Server") -> Iterator[Callable[..., "Server"]]:
    """Call it with the arguments of `Server`: Zabota as a child process, started."""
    from tests.parts.server import Server

    servers: list[Server] = []

    def running(**arguments: object) -> Server:
        arguments.setdefault("template", migrated.data)
        if _on_postgres():
            fresh = _fresh_database(f"server_{len(servers)}", like="migrated")
            arguments.setdefault("database_url", fresh)
        servers.append(Server(**arguments).start())  # type: ignore[arg-type] # passed through
        return servers[-1]

    yield running
    for server in servers:
        server.stop()


@pytest.fixture
def server(serve: Callable[..., "Server"]) -> "Server":
    """Zabota as a child process with an empty installation."""
    return serve()


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium for the tests of one module.

    Not longer: while it lives, its loop runs in this thread, where asyncio.run() is refused.
    """
    from tests.parts import debian, ground
    from tests.parts.browser import Browser

    _require(debian.CHROMIUM, debian.FONTS)
    # The same loop makes Django suspect async code where there is none.
    with ground.environment(DJANGO_ALLOW_ASYNC_UNSAFE="true"), Browser() as running:
        yield running


@pytest.fixture
def visitors(
    browser: "Browser", request: pytest.FixtureRequest
) -> Iterator[Callable[..., "Visitor"]]:
    """Call it for each person of a test: `visitors("anna", base_url=server.url)`."""
    yield browser.visitor
    browser.end_test(request.node.nodeid, failed=request.node.stash.get(_failed, True))


def _on_postgres() -> bool:
    return os.environ.get("ZABOTA_TEST_DB") == "postgres"


def _fresh_database(name: str, *, like: str = "") -> str:
    """A new database beside the suite's own, empty or a copy of another; the same name replaces."""
    import psycopg
    from psycopg import sql

    base = os.environ["DATABASE_URL"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    wanted = sql.Identifier(f"zabota_{worker}_{name}")
    model = sql.Identifier(f"zabota_{worker}_{like}" if like else "template1")
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(wanted))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(wanted, model))
    return _with_database(base, f"zabota_{worker}_{name}")


def _with_database(url: str, name: str) -> str:
    from urllib.parse import urlsplit, urlunsplit

    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
