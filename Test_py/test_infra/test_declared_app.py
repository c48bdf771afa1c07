"""The declared shop's own templates: complete, within AWS's limits, clean for cdk-nag and cfn-lint, free of secrets."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.local.provision import SETTINGS
from infra.packaging.paths import ROOT
from infra.policies import UNSCOPABLE
from infra.settings import StageSettings, load_settings
from pushcart import queues, tables
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


def test_a_function_is_told_settings_tables_and_what_it_uses_and_nothing_else(assembly: Assembly) -> None:
    settings = {*SETTINGS, "PUSHCART_STAGE"}
    everywhere = settings | {table.env for table in tables.TABLES}
    for declaration in DECLARATIONS:
        used = {name for grant in declaration.uses if (name := getattr(grant.resource, "env", None))}
        assert set(assembly.function(declaration.name)["Environment"]["Variables"]) == everywhere | used, (
            declaration.name
        )


def test_keys_and_secrets_are_named_to_those_alone_who_are_granted_them(assembly: Assembly) -> None:
    named = 0
    for declaration in DECLARATIONS:
        variables = assembly.function(declaration.name)["Environment"]["Variables"]
        granted = str(assembly.statements(declaration.name))
        for name, value in variables.items():
            if name.startswith(("KEY_", "SECRET_")):
                assert value["Fn::ImportValue"] in granted, (declaration.name, name)
                named += 1
        for resource in (*queues.KEYS, *queues.SECRETS):
            imported = f"{'key' if resource in queues.KEYS else 'secret'}-{resource.name}-arn"
            assert (imported in granted) == (resource.env in variables), (declaration.name, resource.name)
    assert named > len(queues.KEYS) + len(queues.SECRETS)


def test_everything_is_granted_only_where_aws_takes_no_resource(assembly: Assembly) -> None:
    # An emulator has no senders to name.
    stage = assembly.function("health")["Environment"]["Variables"]["PUSHCART_STAGE"]
    unscopable = set(UNSCOPABLE) | ({"ses:SendEmail"} if stage == "local" else set())
    for declaration in DECLARATIONS:
        for statement in assembly.statements(declaration.name):
            assert statement["Effect"] == "Allow"
            assert not any("*" in action for action in statement["Action"]), declaration.name
            if statement["Resource"] == "*":
                assert set(statement["Action"]) <= unscopable, declaration.name
            elif "key/*" in str(statement["Resource"]):
                # Generations of the signing key, which are known by their tags.
                assert "pushcart:key" in str(statement["Condition"]), declaration.name
            elif all(action.startswith("s3:") for action in statement["Action"]):
                # Objects of one bucket, which has an ARN of its own.
                assert ":::pushcart-" in str(statement["Resource"]), declaration.name
            elif "*" in str(statement["Resource"]):
                assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"], declaration.name


def test_second_factors_are_opened_by_few_and_providers_secrets_read_by_who_signs_in(assembly: Assembly) -> None:
    """Who may decrypt is a short list, so that a further name on it is seen."""
    decrypting = {one.name for one in DECLARATIONS if "kms:Decrypt" in str(assembly.statements(one.name))}
    assert decrypting == {"confirm_totp", "verify_mfa"}
    reading = {one.name for one in DECLARATIONS if "secret-oidc-clients-arn" in str(assembly.statements(one.name))}
    assert reading == {"finish_oidc"}
    paying = {one.name for one in DECLARATIONS if "secret-stripe-arn" in str(assembly.statements(one.name))}
    assert paying == {"match_payments", "on_payment_command", "receive_payment_webhook"}
    signing = {one.name for one in DECLARATIONS if "kms:Sign" in str(assembly.statements(one.name))}
    assert signing == {"finish_oidc", "issue_oauth_tokens", "login", "refresh_tokens", "verify_mfa"}


def test_a_providers_secret_cannot_be_written_into_the_settings() -> None:
    acme = {"name": "acme", "issuer": "https://id.acme.example", "client_id": "pushcart", "client_secret": "hunter22"}
    with pytest.raises(ValidationError, match="client_secret"):
        StageSettings.model_validate({**load_settings("dev").model_dump(), "oidc_providers": [acme]})


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
