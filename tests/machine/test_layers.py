"""The contracts about imports hold, and would say so if they did not."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMME = Path(sys.executable).parent / "lint-imports"


def lint_imports(config: Path) -> tuple[int, str]:
    """Check the contracts of a configuration; return the exit code and what was said."""
    done = subprocess.run(
        [str(PROGRAMME), "--config", str(config), "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_layers_hold_and_upside_down_they_do_not(tmp_path: Path) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    code, said = lint_imports(ROOT / "pyproject.toml")
    assert (code, f"{len(contracts)} kept, 0 broken" in said) == (0, True), said

    upside_down = tmp_path / "contracts.toml"
    lines = [
        "[tool.importlinter]",
        'root_packages = ["prevent_portal", "compliance", "training", "channel", "partnerships"]',
    ]
    for contract in contracts:
        lines += ["[[tool.importlinter.contracts]]", f'name = "{contract["name"]}"', 'type = "layers"']
        lines += [f"layers = {list(reversed(contract['layers']))}"]
        if "containers" in contract:
            lines += [f"containers = {contract['containers']}"]
    upside_down.write_text("\n".join(lines))
    code, said = lint_imports(upside_down)
    assert code == 1, said
    assert f"0 kept, {len(contracts)} broken" in said
