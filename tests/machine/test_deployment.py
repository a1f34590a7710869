"""What is shipped: the compose file, the image, the lock files, and the checks that read them."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROGRAMMES = Path(sys.executable).parent
LOCKS = ("base.txt", "local.txt", "dev.txt", "node.txt")


def check_compose(path: Path) -> subprocess.CompletedProcess[str]:
    """Check a compose file as script/lint does."""
    command = [str(PROGRAMMES / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def compose() -> dict[str, Any]:
    """Return the compose file with its anchors resolved."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def script(name: str) -> ModuleType:
    """Return a Python script as a module."""
    loader = importlib.machinery.SourceFileLoader(name, str(ROOT / "script" / name))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_compose_file_fits_the_schema_and_a_bogus_key_does_not(tmp_path: Path) -> None:
    good = check_compose(ROOT / "docker-compose.yml")
    assert good.returncode == 0, good.stdout
    bogus = tmp_path / "docker-compose.yml"
    bogus.write_text(
        (ROOT / "docker-compose.yml").read_text().replace("read_only: true", "reed_only: true", 1)
    )
    refused = check_compose(bogus)
    assert refused.returncode == 1
    assert "reed_only" in refused.stdout


def test_dockerfile_passes_its_linter_and_a_careless_one_does_not(tmp_path: Path) -> None:
    command = [str(PROGRAMMES / "hadolint")]
    assert subprocess.run([*command, str(ROOT / "Dockerfile")], check=False).returncode == 0
    careless = tmp_path / "Dockerfile"
    careless.write_text("FROM python\nRUN sudo true\n")
    assert subprocess.run([*command, str(careless)], check=False, capture_output=True).returncode == 1


def test_every_service_has_a_read_only_file_system_and_a_health_check() -> None:
    services = compose()["services"]
    assert set(services) == {"proxy", "web", "worker", "beat", "migrate", "db", "keys", "redis"}
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert "no-new-privileges:true" in service["security_opt"], name
        # The image brings web's check; migrate ends by itself.
        assert "healthcheck" in service or name == "web", name
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_only_the_migrating_service_knows_the_owners_login_and_only_the_proxy_opens_ports() -> None:
    services = compose()["services"]
    assert [
        name for name, service in services.items() if "DATABASE_OWNER_URL" in service.get("environment", {})
    ] == ["migrate"]
    assert [
        name for name, service in services.items() if "KEY_STORE_OWNER_URL" in service.get("environment", {})
    ] == ["migrate"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    for name in ("web", "worker", "beat", "migrate"):
        assert services[name]["environment"]["DATABASE_URL"].startswith(
            "postgres://portal_app:${APP_PASSWORD:?"
        )
        assert services[name]["environment"]["KEY_STORE_URL"].startswith(
            "postgres://portal_keys:${KEYS_PASSWORD:?"
        )


def test_the_key_store_is_a_server_of_its_own_and_never_learns_the_key_encryption_keys() -> None:
    services = compose()["services"]
    assert services["keys"]["volumes"][0].split(":")[0] not in {
        volume.split(":")[0]
        for name, service in services.items()
        if name != "keys"
        for volume in service.get("volumes", [])
    }
    knowing = {
        name for name, service in services.items() if "KEY_ENCRYPTION_KEYS" in service.get("environment", {})
    }
    assert knowing == {"web", "worker", "beat", "migrate"}
    assert "keys:5432" in services["web"]["environment"]["KEY_STORE_URL"]
    assert "keys" not in services["web"]["environment"]["DATABASE_URL"]


def test_there_is_no_default_password() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    named = set(re.findall(r"\$\{([A-Z_]+)", text))
    demanded = set(re.findall(r"\$\{([A-Z_]+):\?", text))
    assert named - demanded == {"WEB_CONCURRENCY", "WORKER_CONCURRENCY"}
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert set(example) == demanded
    assert set(example.values()) == {""}


def test_image_runs_as_an_ordinary_user() -> None:
    last_stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (.*)$", last_stage, flags=re.MULTILINE) == ["10001"]


@pytest.mark.parametrize("name", LOCKS)
def test_lock_file_pins_with_checksums_and_names_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    pins = re.split(r"\n(?=\S)", text.strip())
    assert pins
    for pin in pins:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+", pin), pin
        assert "--hash=sha256:" in pin, pin
    assert not re.search(r"https?:|--index|--find-links|@ ", text)


def test_smaller_locks_are_parts_of_the_whole_one() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / name).read_text(), flags=re.MULTILINE))

    assert pins("base.txt") < pins("local.txt") < pins("dev.txt")


def test_package_lock_names_no_address_and_has_checksums() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "https:" not in re.sub(r'"(url|funding)": ?"[^"]*"', "", text)
    assert text.count('"integrity": "sha512-') == 3


@pytest.mark.parametrize(
    ("report", "required", "code", "words"),
    [
        (
            {"dependencies": [{"name": "a", "version": "1", "vulns": []}]},
            True,
            0,
            "1 of 1 packages looked up, 0 known",
        ),
        (
            {
                "dependencies": [
                    {"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
                ]
            },
            False,
            1,
            "a 1: CVE-1, mended in 2",
        ),
        ({"dependencies": [{"name": "a", "skip_reason": "not found"}]}, False, 0, "NOTHING WAS CHECKED"),
        ({"dependencies": [{"name": "a", "skip_reason": "not found"}]}, True, 1, "NOTHING WAS CHECKED"),
        (None, True, 1, "NOTHING WAS CHECKED"),
    ],
)
def test_audit_fails_on_a_known_vulnerability_and_never_calls_silence_a_pass(
    report: dict[str, Any] | None, required: bool, code: int, words: str
) -> None:
    found, lines = script("audit").verdict(report, required=required)
    assert found == code
    assert words in "\n".join(lines)


def test_the_portal_counts_visitors_by_the_address_that_the_proxy_names() -> None:
    assert compose()["services"]["web"]["environment"]["TRUSTED_PROXIES"] == "1"
    caddy = (ROOT / ".docker" / "Caddyfile").read_text()
    assert "header_up X-Forwarded-For {remote_host}" in caddy
