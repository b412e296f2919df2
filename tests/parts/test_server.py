"""What a test may rely on when it starts Zabota itself."""

import urllib.request
from collections.abc import Callable

import pytest

from tests.parts import ground
from tests.parts.server import Server


def test_a_started_server_is_healthy_and_keeps_its_data_in_its_own_folder(server: Server) -> None:
    assert _status(f"{server.url}/healthz") == 200
    assert any(server.data.iterdir())


def test_a_server_told_to_end_ends_well(server: Server) -> None:
    assert server.terminate() == 0
    assert not ground.listens(server.port)


def test_a_killed_server_comes_back_on_the_same_port_with_the_same_data(server: Server) -> None:
    port, data = server.port, server.data
    server.kill()
    assert not ground.listens(port)

    server.start()

    assert (server.port, server.data) == (port, data)
    assert _status(f"{server.url}/healthz") == 200


def test_other_commands_and_code_see_the_same_data(server: Server) -> None:
    assert server.run("migrate").returncode == 0
    database = server.python(
        "from django.db import connection\n"
        "print(json.dumps([len(connection.introspection.table_names()) > 10, connection.vendor]))"
    )
    assert database in ([True, "sqlite"], [True, "postgresql"])


def test_a_server_that_cannot_start_says_why(serve: Callable[..., Server]) -> None:
    with pytest.raises(ground.PartNotReadyError, match="ZABOTA_URL"):
        serve(env={"ZABOTA_URL": "nonsense"})


def _status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:
        status: int = answer.status
        return status
