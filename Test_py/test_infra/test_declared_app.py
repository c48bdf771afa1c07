"""The declared shop's own templates: complete, within AWS's limits, clean for cdk-nag and cfn-lint, free of secrets."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.packaging.paths import ROOT
from infra.settings import load_settings
from Test_py.test_infra.conftest import Synthesise
from Test_py.test_infra.templates import Assembly
from utils.declarations import Authorizer, QueueWorker, Route, Scheduled, StreamWorker
from utils.discovery import discover

RESOURCES_OF_A_STACK = 500
DECLARATIONS = [loaded.declaration for loaded in discover()]


@pytest.fixture(scope="module", params=["dev", "prod", "local"])
def assembly(request: pytest.FixtureRequest, synthesise: Synthesise) -> Assembly:
    """The declared shop in the stages that differ in what they make (staging is like prod).

    cdk-nag has run: a finding that is not acknowledged stops the synthesis.
    """
    return synthesise(None, load_settings(request.param))


def test_every_declaration_is_a_function(assembly: Assembly) -> None:
    handlers = {function["Handler"] for function in assembly.of_type("Lambda::Function")}
    assert handlers == {f"{declaration.name}.handler" for declaration in DECLARATIONS}


def test_every_route_is_served_under_the_authorizer_that_it_declares(assembly: Assembly) -> None:
    made = {
        route["RouteKey"]: str(route.get("AuthorizerId", "none")) for route in assembly.of_type("ApiGatewayV2::Route")
    }
    declared = {one.key: one.access.authorizer for one in DECLARATIONS if isinstance(one, Route)}
    assert made.keys() == declared.keys()
    for key, authorizer in declared.items():
        assert authorizer in made[key], key


def test_every_worker_has_its_source(assembly: Assembly) -> None:
    expected = [one for one in DECLARATIONS if isinstance(one, QueueWorker | StreamWorker)]
    assert len(assembly.of_type("Lambda::EventSourceMapping")) == len(expected)
    assert len(assembly.of_type("Events::Rule")) == len([one for one in DECLARATIONS if isinstance(one, Scheduled)])


def test_a_worker_has_a_sixth_of_its_queues_patience() -> None:
    for declaration in DECLARATIONS:
        if isinstance(declaration, QueueWorker):
            assert declaration.queue.visibility_seconds >= 6 * declaration.timeout_seconds, declaration.name


def test_routes_answer_before_the_gateway_gives_up() -> None:
    for declaration in DECLARATIONS:
        if isinstance(declaration, Route | Authorizer):
            assert declaration.timeout_seconds < 30, declaration.name


def test_stacks_stay_within_the_limit(assembly: Assembly) -> None:
    for name, template in assembly.templates.items():
        assert len(template["Resources"]) < RESOURCES_OF_A_STACK, name


def test_no_secret_is_in_a_template(assembly: Assembly) -> None:
    text = assembly.text()
    assert not re.search(r"AKIA[0-9A-Z]{16}|-----BEGIN|demo-Password", text)
    assert {one.get("SecretString", "{}") for one in assembly.of_type("SecretsManager::Secret")} == {"{}"}
    for function in assembly.of_type("Lambda::Function"):
        for name, value in function["Environment"]["Variables"].items():
            assert not re.search(r"PASSWORD|TOKEN_KEY|PRIVATE|CREDENTIAL", name), name
            if name.startswith("SECRET_"):
                assert set(value) == {"Fn::ImportValue"}


def test_the_console_and_the_clock_are_never_deployed(assembly: Assembly) -> None:
    # On the emulator, links in mails lead to the console of `make serve`, which is not deployed with them.
    text = assembly.text().replace('"STOREFRONT_URL": "http://127.0.0.1:8000/_console/storefront"', "")
    assert "_console" not in text
    assert "time_machine" not in text


def test_lists_in_a_policy_name_exact_indexes(assembly: Assembly) -> None:
    for _, role in assembly.resources("IAM::Role"):
        assert "/index/*" not in str(role)
        assert "table/*" not in str(role)


def test_cfn_lint_finds_nothing(assembly: Assembly) -> None:
    templates = [str(path) for path in sorted(assembly.folder.glob("*.template.json"))]
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", "eu-central-1", "--", *templates]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ('{"stage": "production"}', "cannot synthesise: settings.yaml has no stage 'production'"),
        ('{"runtime": "2.7"}', "cannot synthesise: Lambda has no runtime python2.7"),
    ],
)
def test_a_foreseeable_error_is_one_line(context: str, said: str, tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "infra.app"],
        cwd=ROOT,
        env={"CDK_CONTEXT_JSON": context, "CDK_OUTDIR": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 1
    assert said in outcome.stderr
    assert "Traceback" not in outcome.stderr
