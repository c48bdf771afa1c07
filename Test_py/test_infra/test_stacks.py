"""What the templates say, where an emulator would not notice: asserted on a small shop of each kind of function."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.environment import environment
from infra.local.provision import SETTINGS
from infra.names import Names
from infra.policies import UNSCOPABLE, UngrantableResource, policy_document
from infra.settings import StageSettings, Throttle, load_settings, stage_names
from infra.shop import Shop, UnfinishedShop
from pushcart.access import CUSTOMER
from pushcart.payments.service.case import PROVIDER_GONE
from pushcart.payments.service.matching import MISMATCH
from pushcart.payments.service.refunding import REFUND_FAILED, REFUND_IN_REVIEW
from pushcart.payments.service.worker import IN_REVIEW
from Test_py.test_infra.conftest import Synthesise
from Test_py.test_infra.small_shop import FUNCTIONS, RESOURCES, small_shop
from Test_py.test_infra.templates import Assembly
from utils.declarations import Authorizer, Route
from utils.resources import Grant

EVERY_KEY = {"Fn::Sub": "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*"}
ASKED = {"aws:RequestTag/pushcart:key": "token-signing", "aws:RequestTag/stage": "prod"}
TAGGED = {"aws:ResourceTag/pushcart:key": "token-signing", "aws:ResourceTag/stage": "prod"}
KIND = {"kms:KeySpec": "ECC_NIST_P256", "kms:KeyUsage": "SIGN_VERIFY"}
DROP, SHELF = "pushcart-prod-drop-${AWS::AccountId}", "pushcart-prod-shelf-${AWS::AccountId}"
OBJECTS = re.compile(r"(?<=\{AWS::AccountId\})/\*(?='\}$)")
"""What ends the ARN of the objects of one bucket, and of nothing else: a bucket's own name ends with the account."""
ROTATION = {"kms:CreateKey", "kms:TagResource", "kms:ScheduleKeyDeletion"}


class TestAuthorizers:
    def test_required_is_cached_for_a_minute_by_its_identity_source(self, small_prod: Assembly) -> None:
        [required] = [one for one in small_prod.of_type("ApiGatewayV2::Authorizer") if one["Name"] == "required"]
        assert required["AuthorizerResultTtlInSeconds"] == 60
        assert required["IdentitySource"] == ["$request.header.Authorization"]

    def test_optional_has_no_identity_source_and_a_cache_of_zero_written_out(self, small_prod: Assembly) -> None:
        [optional] = [one for one in small_prod.of_type("ApiGatewayV2::Authorizer") if one["Name"] == "optional"]
        assert optional["AuthorizerResultTtlInSeconds"] == 0
        assert optional["IdentitySource"] == []

    def test_there_are_two_for_all_stacks_with_simple_answers(self, small_prod: Assembly) -> None:
        authorizers = list(small_prod.resources("ApiGatewayV2::Authorizer"))
        assert [stack for stack, _ in authorizers] == ["api", "api"]
        for _, resource in authorizers:
            assert resource["Properties"]["EnableSimpleResponses"] is True
            assert resource["Properties"]["AuthorizerPayloadFormatVersion"] == "2.0"

    @pytest.mark.parametrize(
        ("key", "kind", "authorizer"),
        [
            ("GET /api/v1/orders/{order_id}", "CUSTOM", "pushcart-prod-authorizer-required-id"),
            ("POST /api/v1/orders", "CUSTOM", "pushcart-prod-authorizer-optional-id"),
            ("GET /api/v1/news", "NONE", None),
        ],
    )
    def test_a_route_asks_whom_its_access_says(
        self, small_prod: Assembly, key: str, kind: str, authorizer: str | None
    ) -> None:
        [route] = [one for one in small_prod.of_type("ApiGatewayV2::Route") if one["RouteKey"] == key]
        assert route["AuthorizationType"] == kind
        assert route.get("AuthorizerId") == ({"Fn::ImportValue": authorizer} if authorizer else None)

    def test_only_one_authorizer_may_be_declared(self, root: Path) -> None:
        twins = (*FUNCTIONS, Authorizer(name="other", context="accounts", summary=""))
        with pytest.raises(UnfinishedShop, match="declares 2"):
            _ = small_shop(root, functions=twins).authorizer


class TestApi:
    def test_cors_names_the_origins_and_no_credentials(self, small_prod: Assembly) -> None:
        [api] = small_prod.of_type("ApiGatewayV2::Api")
        cors = api["CorsConfiguration"]
        assert cors["AllowOrigins"] == ["https://shop.example.com"]
        assert cors["AllowCredentials"] is False
        assert {"authorization", "idempotency-key", "if-match", "x-cart-token"} <= set(cors["AllowHeaders"])
        assert "etag" in cors["ExposeHeaders"]

    def test_without_origins_there_is_no_cors(self, declared_prod: Assembly) -> None:
        [api] = declared_prod.of_type("ApiGatewayV2::Api")
        assert "CorsConfiguration" not in api

    def test_the_stage_throttles_and_logs_access_without_addresses(self, small_prod: Assembly) -> None:
        [stage] = small_prod.of_type("ApiGatewayV2::Stage", stack="stage")
        assert stage["StageName"] == "$default"
        assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 500
        assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == 1000
        assert "$context.requestId" in stage["AccessLogSettings"]["Format"]
        assert "sourceIp" not in stage["AccessLogSettings"]["Format"]

    def test_a_route_can_have_its_own_throttle(self, synthesise: Synthesise, root: Path) -> None:
        limits = {"POST /api/v1/orders": Throttle(rate=5, burst=7)}
        settings = load_settings("dev").model_copy(update={"route_throttles": limits})
        [stage] = synthesise(small_shop(root), settings).of_type("ApiGatewayV2::Stage")
        own = stage["RouteSettings"]["POST /api/v1/orders"]
        assert (own["ThrottlingRateLimit"], own["ThrottlingBurstLimit"]) == (5, 7)

    def test_a_throttle_for_no_route_stops_the_synthesis(self, synthesise: Synthesise, root: Path) -> None:
        limits = {"GET /nowhere": Throttle(rate=5, burst=7)}
        settings = load_settings("dev").model_copy(update={"route_throttles": limits})
        with pytest.raises(ValueError, match="GET /nowhere"):
            synthesise(small_shop(root), settings)

    def test_routes_are_made_before_the_stage(self, small_prod: Assembly) -> None:
        order = list(small_prod.templates)
        assert order[:3] == ["data", "identity", "messaging"]
        assert order.index("api") < order.index("orders") < order.index("stage") < order.index("observability")

    def test_the_gateway_may_call_a_function_for_its_own_path_alone(self, small_prod: Assembly) -> None:
        permissions = small_prod.of_type("Lambda::Permission", stack="orders")
        assert len(permissions) == 3
        paths = sorted(str(one["SourceArn"]).rsplit("/*/*", 1)[1].rstrip("'\"]}") for one in permissions)
        assert paths == ["/api/v1/news", "/api/v1/orders", "/api/v1/orders/{order_id"]


class TestTables:
    def test_outside_dev_tables_recover_and_cannot_be_lost(self, small_prod: Assembly) -> None:
        tables = {
            resource["Properties"]["TableName"]: resource for _, resource in small_prod.resources("DynamoDB::Table")
        }
        assert sorted(tables) == ["pushcart-prod-happenings-1", "pushcart-prod-purchases-1", "pushcart-prod-scratch-1"]
        for name, table in tables.items():
            properties = table["Properties"]
            recovery = properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
            assert recovery is (name != "pushcart-prod-scratch-1")
            assert properties["DeletionProtectionEnabled"] is True
            assert properties["BillingMode"] == "PAY_PER_REQUEST"
            assert properties["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
            assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")

    def test_dev_can_be_thrown_away(self, small_dev: Assembly) -> None:
        for _, table in small_dev.resources("DynamoDB::Table"):
            assert table["DeletionPolicy"] == "Delete"
            assert table["Properties"]["DeletionProtectionEnabled"] is False

    def test_time_to_live_stream_and_indexes_are_as_declared(self, small_prod: Assembly) -> None:
        tables = {one["TableName"]: one for one in small_prod.of_type("DynamoDB::Table")}
        purchases, happenings = tables["pushcart-prod-purchases-1"], tables["pushcart-prod-happenings-1"]
        assert purchases["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
        assert "TimeToLiveSpecification" not in happenings
        assert happenings["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
        [index] = purchases["GlobalSecondaryIndexes"]
        assert index["IndexName"] == "by_customer"
        assert index["Projection"] == {"ProjectionType": "ALL"}
        assert {"AttributeName": "customer_id", "AttributeType": "S"} in purchases["AttributeDefinitions"]

    def test_a_generation_is_part_of_the_name(self, synthesise: Synthesise, root: Path) -> None:
        settings = load_settings("dev").model_copy(update={"table_generations": {"purchases": 2}})
        assembly = synthesise(small_shop(root), settings)
        assert (
            assembly.function("place_order")["Environment"]["Variables"]["TABLE_PURCHASES"]
            == "pushcart-dev-purchases-2"
        )
        assert "pushcart-dev-purchases-2" in {one["TableName"] for one in assembly.of_type("DynamoDB::Table")}
        assert "purchases" not in assembly.templates["data"]["Resources"], "a restored table is a resource of its own"


class TestMessaging:
    def test_every_queue_has_its_dead_letters_which_live_longer(self, small_prod: Assembly) -> None:
        queues = {one["QueueName"]: one for one in small_prod.of_type("SQS::Queue")}
        work = ["pushcart-prod-arrived", "pushcart-prod-mail", "pushcart-prod-payments.fifo"]
        assert sorted(name for name, queue in queues.items() if "RedrivePolicy" in queue) == work
        assert queues["pushcart-prod-payments.fifo"]["RedrivePolicy"]["maxReceiveCount"] == 5
        assert queues["pushcart-prod-payments-dead.fifo"]["FifoQueue"] is True
        for name in work:
            dead = queues[name.replace(".fifo", "") + "-dead" + (".fifo" if name.endswith(".fifo") else "")]
            assert dead["MessageRetentionPeriod"] > queues[name]["MessageRetentionPeriod"]

    def test_queues_are_encrypted_and_refuse_plain_connections(self, small_prod: Assembly) -> None:
        assert all(queue["SqsManagedSseEnabled"] for queue in small_prod.of_type("SQS::Queue"))
        policies = small_prod.of_type("SQS::QueuePolicy")
        assert len(policies) == len(small_prod.of_type("SQS::Queue"))
        for policy in policies:
            deny = policy["PolicyDocument"]["Statement"][0]
            assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})

    def test_a_subscription_filters_by_type_and_delivers_the_bare_message(self, small_prod: Assembly) -> None:
        [subscription] = small_prod.of_type("SNS::Subscription", stack="messaging")
        assert subscription["FilterPolicy"] == {"type": ["order.confirmed"]}
        assert subscription["RawMessageDelivery"] is True

    def test_only_the_topic_and_the_bucket_may_deliver(self, small_prod: Assembly) -> None:
        allowed = [
            statement
            for policy in small_prod.of_type("SQS::QueuePolicy")
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Allow"
        ]
        delivery, arrival = sorted(allowed, key=lambda one: str(one["Principal"]["Service"]), reverse=True)
        assert delivery["Principal"] == {"Service": "sns.amazonaws.com"}
        assert "aws:SourceArn" in delivery["Condition"]["ArnEquals"]
        assert arrival["Principal"] == {"Service": "s3.amazonaws.com"}
        assert arrival["Condition"] == {
            "ArnEquals": {"aws:SourceArn": {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{DROP}"}},
            "StringEquals": {"aws:SourceAccount": {"Fn::Sub": "${AWS::AccountId}"}},
        }


class TestBuckets:
    def test_each_is_encrypted_and_closed_and_bears_the_accounts_name(self, small_prod: Assembly) -> None:
        buckets = small_prod.of_type("S3::Bucket")
        assert [one["BucketName"] for one in buckets] == [{"Fn::Sub": DROP}, {"Fn::Sub": SHELF}]
        for bucket in buckets:
            [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
            assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
            assert len(bucket["PublicAccessBlockConfiguration"]) == 4
            assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}

    def test_each_refuses_plain_connections(self, small_prod: Assembly) -> None:
        policies = small_prod.of_type("S3::BucketPolicy")
        assert len(policies) == 2
        for policy in policies:
            deny = policy["PolicyDocument"]["Statement"][0]
            assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
            whole, objects = deny["Resource"]
            assert objects == {"Fn::Join": ["", [whole, "/*"]]}

    def test_pictures_are_read_through_one_distribution_and_nobody_else(self, small_prod: Assembly) -> None:
        [distribution] = small_prod.of_type("CloudFront::Distribution")
        [control] = small_prod.of_type("CloudFront::OriginAccessControl")
        configuration = distribution["DistributionConfig"]
        assert configuration["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "https-only"
        assert configuration["DefaultCacheBehavior"]["AllowedMethods"] == ["GET", "HEAD"]
        assert configuration["Origins"][0]["S3OriginConfig"] == {"OriginAccessIdentity": ""}
        assert control["OriginAccessControlConfig"]["SigningBehavior"] == "always"
        drop, shelf = (one["PolicyDocument"]["Statement"][1:] for one in small_prod.of_type("S3::BucketPolicy"))
        assert drop == []
        [allowed] = shelf
        assert (allowed["Principal"], allowed["Action"]) == ({"Service": "cloudfront.amazonaws.com"}, "s3:GetObject")
        assert "distribution/" in str(allowed["Condition"]["StringEquals"]["AWS:SourceArn"])

    def test_functions_are_told_where_pictures_are_read(
        self, small_prod: Assembly, synthesise: Synthesise, root: Path
    ) -> None:
        told = small_prod.function("read_news")["Environment"]["Variables"]["MEDIA_URL"]
        assert told == {"Fn::ImportValue": "pushcart-prod-media-url"}
        assert "https://" in small_prod.exports()["pushcart-prod-media-url"]
        own = load_settings("dev").model_copy(update={"media_url": "https://pictures.example.com"})
        elsewhere = environment(FUNCTIONS[0], small_shop(root), Names(own))["MEDIA_URL"]
        assert elsewhere == "https://pictures.example.com"

    def test_what_is_kept_and_for_how_long(self, small_prod: Assembly) -> None:
        drop, shelf = (one["LifecycleConfiguration"]["Rules"][0] for one in small_prod.of_type("S3::Bucket"))
        assert drop["ExpirationInDays"] == 1
        assert "ExpirationInDays" not in shelf
        assert shelf["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
        versioning = [one.get("VersioningConfiguration") for one in small_prod.of_type("S3::Bucket")]
        assert versioning == [None, {"Status": "Enabled"}]

    def test_arrivals_are_told_to_the_queue_which_is_made_before(self, small_prod: Assembly) -> None:
        drop, shelf = small_prod.of_type("S3::Bucket")
        queue = {"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:pushcart-prod-arrived"}
        told = drop["NotificationConfiguration"]
        assert told == {"QueueConfigurations": [{"Event": "s3:ObjectCreated:*", "Queue": queue}]}
        assert "NotificationConfiguration" not in shelf
        order = list(small_prod.templates)
        assert order.index("messaging") < order.index("storage") < order.index("api")

    def test_browsers_post_from_the_shops_origins_alone(self, small_prod: Assembly, small_dev: Assembly) -> None:
        drop, shelf = small_prod.of_type("S3::Bucket")
        [rule] = drop["CorsConfiguration"]["CorsRules"]
        assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (["https://shop.example.com"], ["POST"])
        assert "CorsConfiguration" not in shelf

    def test_they_outlive_their_stack_save_in_dev(self, small_prod: Assembly, small_dev: Assembly) -> None:
        for assembly, policy in ((small_prod, "RetainExceptOnCreate"), (small_dev, "Delete")):
            assert {one["DeletionPolicy"] for _, one in assembly.resources("S3::Bucket")} == {policy}

    def test_objects_are_granted_by_verb_and_the_list_on_the_bucket_itself(self, small_prod: Assembly) -> None:
        found = {tuple(one["Action"]): one["Resource"] for one in small_prod.statements("on_arrival")}
        arn = "arn:${AWS::Partition}:s3:::"
        assert found[("s3:DeleteObject", "s3:GetObject")] == {"Fn::Sub": f"{arn}{DROP}/*"}
        assert found[("s3:ListBucket",)] == {"Fn::Sub": f"{arn}{DROP}"}
        assert found[("s3:PutObject",)] == {"Fn::Sub": f"{arn}{SHELF}/*"}

    def test_a_function_is_told_the_names_of_those_that_it_uses(self, small_prod: Assembly) -> None:
        variables = small_prod.function("on_arrival")["Environment"]["Variables"]
        assert variables["BUCKET_DROP_NAME"] == {"Fn::Sub": DROP}
        assert variables["BUCKET_SHELF_NAME"] == {"Fn::Sub": SHELF}
        assert "BUCKET_DROP_NAME" not in small_prod.function("place_order")["Environment"]["Variables"]


class TestEventSources:
    def test_a_queue_cannot_take_the_apis_concurrency(self, small_prod: Assembly) -> None:
        [source] = small_prod.of_type("Lambda::EventSourceMapping", stack="notifications")
        assert source["ScalingConfig"] == {"MaximumConcurrency": 2}
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert source["BatchSize"] == 10

    def test_a_stream_gives_up_in_the_end_and_says_where(self, small_prod: Assembly) -> None:
        [source] = small_prod.of_type("Lambda::EventSourceMapping", stack="jobs")
        assert source["MaximumRetryAttempts"] == 10
        assert source["MaximumRecordAgeInSeconds"] == 3600
        assert source["BisectBatchOnFunctionError"] is True
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert source["StartingPosition"] == "TRIM_HORIZON"
        assert "happenings-stream-failed" in str(source["DestinationConfig"]["OnFailure"]["Destination"])
        assert "INSERT" in source["FilterCriteria"]["Filters"][0]["Pattern"]

    def test_the_clock_calls_each_minute_and_keeps_failures(self, small_prod: Assembly) -> None:
        [rule] = small_prod.of_type("Events::Rule")
        [failures] = small_prod.of_type("Lambda::EventInvokeConfig")
        assert rule["ScheduleExpression"] == "rate(1 minute)"
        assert failures["MaximumRetryAttempts"] == 0
        assert "schedules-failed" in str(failures["DestinationConfig"]["OnFailure"]["Destination"])


class TestIdentity:
    def test_a_signing_key_signs_and_nothing_else_and_bears_the_tags_of_its_successors(
        self, small_prod: Assembly
    ) -> None:
        [key] = [one for one in small_prod.of_type("KMS::Key") if one["KeyUsage"] == "SIGN_VERIFY"]
        assert key["KeySpec"] == "ECC_NIST_P256"
        assert "EnableKeyRotation" not in key, "KMS rotates no asymmetric key"
        tags = {tag["Key"]: tag["Value"] for tag in key["Tags"]}
        assert (tags["pushcart:key"], tags["stage"]) == ("token-signing", "prod")

    def test_an_encryption_key_is_rotated_by_kms_and_is_no_generation_of_a_signing_key(
        self, small_prod: Assembly
    ) -> None:
        [key] = [one for one in small_prod.of_type("KMS::Key") if one["KeyUsage"] == "ENCRYPT_DECRYPT"]
        assert (key["KeySpec"], key["EnableKeyRotation"]) == ("SYMMETRIC_DEFAULT", True)
        assert "pushcart:key" not in {tag["Key"] for tag in key["Tags"]}

    def test_keys_and_secrets_outlive_their_stack_save_in_dev(self, small_prod: Assembly, small_dev: Assembly) -> None:
        for kind in ("KMS::Key", "SecretsManager::Secret"):
            for assembly, policy in ((small_prod, "RetainExceptOnCreate"), (small_dev, "Delete")):
                found = [one["DeletionPolicy"] for _, one in assembly.resources(kind)]
                assert found == [policy, policy]

    def test_every_key_has_a_name_for_people(self, small_prod: Assembly) -> None:
        names = {one["AliasName"] for one in small_prod.of_type("KMS::Alias")}
        assert names == {"alias/pushcart-prod-token-signing", "alias/pushcart-prod-factor-secrets"}

    def test_a_given_secret_holds_nothing_until_its_operator_fills_it(self, small_prod: Assembly) -> None:
        [secret] = [one for one in small_prod.of_type("SecretsManager::Secret") if "GenerateSecretString" not in one]
        assert (secret["Name"], secret["SecretString"]) == ("pushcart-prod-oidc-clients", "{}")

    def test_a_secret_is_generated_where_it_lives(self, small_prod: Assembly) -> None:
        [secret] = [one for one in small_prod.of_type("SecretsManager::Secret") if "GenerateSecretString" in one]
        assert secret["Name"] == "pushcart-prod-pepper"
        assert "SecretString" not in secret
        generated = secret["GenerateSecretString"]
        assert (generated["SecretStringTemplate"], generated["GenerateStringKey"]) == ('{"current":"1"}', "1")
        assert generated["PasswordLength"] >= 43


class TestPolicies:
    def test_a_function_may_do_what_it_uses_and_nothing_more(self, small_prod: Assembly) -> None:
        allowed = {
            (action, str(statement["Resource"]))
            for statement in small_prod.statements("list_orders")
            for action in statement["Action"]
            if not action.startswith(("xray:", "logs:"))
        }
        arn = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/pushcart-prod-purchases-1"
        assert allowed == {
            ("dynamodb:GetItem", str({"Fn::Sub": arn})),
            ("dynamodb:BatchGetItem", str({"Fn::Sub": arn})),
            ("dynamodb:Query", str({"Fn::Sub": f"{arn}/index/by_customer"})),
        }

    def test_a_worker_may_read_its_own_trigger(self, small_prod: Assembly) -> None:
        actions = {action for statement in small_prod.statements("on_mail") for action in statement["Action"]}
        assert {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "ses:SendEmail"} <= actions
        actions = {action for statement in small_prod.statements("relay") for action in statement["Action"]}
        assert {"dynamodb:GetRecords", "dynamodb:GetShardIterator", "sns:Publish", "sqs:SendMessage"} <= actions

    def test_everything_stands_only_where_aws_takes_no_resource(self, small_prod: Assembly) -> None:
        for declaration in FUNCTIONS:
            for statement in small_prod.statements(declaration.name):
                assert not any("*" in action for action in statement["Action"])
                if statement["Resource"] == "*":
                    assert set(statement["Action"]) <= set(UNSCOPABLE)
                elif statement["Resource"] != EVERY_KEY:
                    pattern = OBJECTS.sub("", str(statement["Resource"])).replace(":*'", "'")
                    assert "*" not in pattern or statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]

    def test_an_encryption_key_is_granted_by_its_arn(self, small_prod: Assembly) -> None:
        [statement] = [one for one in small_prod.statements("place_order") if "kms:Encrypt" in one["Action"]]
        assert statement == {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:Encrypt"],
            "Resource": {"Fn::ImportValue": "pushcart-prod-key-factor-secrets-arn"},
        }

    def test_the_successors_of_a_signing_key_are_granted_by_their_tags(self, small_prod: Assembly) -> None:
        first, successors = [one for one in small_prod.statements("authorize") if "kms:GetPublicKey" in one["Action"]]
        assert first["Resource"] == {"Fn::ImportValue": "pushcart-prod-key-token-signing-arn"}
        assert "Condition" not in first
        assert successors == {
            "Effect": "Allow",
            "Action": ["kms:GetPublicKey"],
            "Resource": EVERY_KEY,
            "Condition": {"StringEquals": TAGGED},
        }

    def test_whoever_rotates_makes_and_takes_away_this_stages_signing_keys_alone(self, small_prod: Assembly) -> None:
        found = {one["Action"][0]: one for one in small_prod.statements("sweep") if one["Action"][0] in ROTATION}
        assert found.keys() == ROTATION
        made, tagged, ended = (found[f"kms:{name}"] for name in ("CreateKey", "TagResource", "ScheduleKeyDeletion"))
        assert (made["Resource"], made["Condition"]) == ("*", {"StringEquals": ASKED | KIND})
        assert tagged["Resource"] == ended["Resource"] == EVERY_KEY
        assert tagged["Condition"] == {"StringEquals": ASKED, "StringEqualsIfExists": TAGGED}
        assert ended["Condition"] == {"StringEquals": TAGGED | KIND}

    def test_whoever_searches_is_told_ids_and_the_tags_of_this_stages_signing_keys(self, small_prod: Assembly) -> None:
        found = {action: one for one in small_prod.statements("sweep") for action in one["Action"]}
        assert found["kms:ListKeys"] == {"Effect": "Allow", "Action": ["kms:ListKeys"], "Resource": "*"}
        assert found["kms:ListResourceTags"]["Resource"] == EVERY_KEY
        assert found["kms:ListResourceTags"]["Condition"] == {"StringEquals": TAGGED}

    @pytest.mark.parametrize("stage", stage_names())
    def test_nothing_reaches_every_key_without_a_condition(self, stage: str) -> None:
        for declaration in FUNCTIONS:
            for statement in policy_document(declaration, Names(load_settings(stage)))["Statement"]:
                if statement["Resource"] == EVERY_KEY or "kms:CreateKey" in statement["Action"]:
                    assert "pushcart:key" in str(statement["Condition"])
                    assert f"Tag/stage': '{stage}'" in str(statement["Condition"])

    def test_the_emulator_which_knows_no_kinds_of_keys_is_not_asked_for_them(self) -> None:
        names = Names(load_settings("local"))
        assert "kms:Key" not in str([policy_document(declaration, names) for declaration in FUNCTIONS])

    def test_traces_are_allowed_only_where_they_are_on(self, small_prod: Assembly, small_dev: Assembly) -> None:
        assert "xray:PutTraceSegments" in str(small_prod.statements("read_news"))
        assert "xray" not in str(small_dev.statements("read_news"))
        assert small_dev.function("read_news")["TracingConfig"] == {"Mode": "PassThrough"}

    def test_a_resource_of_unknown_kind_is_refused(self) -> None:
        route = Route(
            name="odd",
            context="orders",
            summary="",
            method="GET",
            path="/odd",
            access=CUSTOMER,
            uses=(Grant("a string", "read", ("s3:GetObject",)),),
        )
        with pytest.raises(UngrantableResource, match="a string"):
            policy_document(route, Names(load_settings("dev")))


class TestFunctions:
    def test_the_environment_has_all_tables_and_only_the_used_rest(self, small_prod: Assembly) -> None:
        variables = small_prod.function("place_order")["Environment"]["Variables"]
        assert variables["PUSHCART_STAGE"] == "prod"
        assert variables["POWERTOOLS_SERVICE_NAME"] == "orders"
        assert {"TABLE_PURCHASES", "TABLE_HAPPENINGS", "TABLE_SCRATCH"} <= set(variables)
        assert variables["QUEUE_PAYMENTS_URL"] == {"Fn::ImportValue": "pushcart-prod-queue-payments-url"}
        assert variables["SECRET_PEPPER_ID"] == {"Fn::ImportValue": "pushcart-prod-secret-pepper-arn"}
        assert not {"QUEUE_MAIL_URL", "TOPIC_NEWS_ARN", "KEY_TOKEN_SIGNING_ID", "MAIL_SHOP_FROM"} & set(variables)
        assert variables["KEY_FACTOR_SECRETS_ID"] == {"Fn::ImportValue": "pushcart-prod-key-factor-secrets-arn"}
        assert variables["SECRET_OIDC_CLIENTS_ID"] == {"Fn::ImportValue": "pushcart-prod-secret-oidc-clients-arn"}
        assert variables["RESERVATION_SECONDS"] == "900"

    def test_the_environment_has_the_settings(self, small_prod: Assembly) -> None:
        variables = small_prod.function("read_news")["Environment"]["Variables"]
        assert variables["STOREFRONT_URL"] == "https://shop.example.com"
        assert variables["OIDC_PROVIDERS"] == "[]"
        assert variables["WRITES_PER_MINUTE"] == "600"
        assert variables["SIGN_IN_FAILURES_OVERALL"] == "1000"
        assert variables["SIGNING_KEY_DAYS"] == "90"
        assert variables["VIEWER_LOCATION"] == "none"

    def test_a_function_is_told_what_make_serve_tells(self, small_dev: Assembly) -> None:
        """A setting that only one of them sets would be found missing in the other."""
        for declaration in FUNCTIONS:
            variables = small_dev.function(declaration.name)["Environment"]["Variables"]
            assert set(SETTINGS) - set(variables) == set()

    def test_identity_providers_are_compact_json(self, root: Path) -> None:
        acme = {"name": "acme", "issuer": "https://id.acme.example", "client_id": "pushcart"}
        settings = StageSettings.model_validate({**load_settings("dev").model_dump(), "oidc_providers": [acme]})
        told = environment(FUNCTIONS[0], small_shop(root), Names(settings))["OIDC_PROVIDERS"]
        assert told == '[{"name":"acme","issuer":"https://id.acme.example","client_id":"pushcart"}]'

    def test_lambdas_own_lines_are_kept_only_while_debugging(self, small_prod: Assembly, small_dev: Assembly) -> None:
        assert small_prod.function("place_order")["LoggingConfig"] == {
            "LogFormat": "JSON",
            "ApplicationLogLevel": "INFO",
            "SystemLogLevel": "WARN",
        }
        assert small_dev.function("place_order")["LoggingConfig"]["SystemLogLevel"] == "INFO"

    def test_each_has_a_log_that_ends(self, small_prod: Assembly) -> None:
        groups = {one["LogGroupName"]: one["RetentionInDays"] for one in small_prod.of_type("Logs::LogGroup")}
        for declaration in FUNCTIONS:
            assert groups[f"/aws/lambda/pushcart-prod-{declaration.name}"] == 90

    def test_memory_can_be_set_by_stage(self, synthesise: Synthesise, root: Path) -> None:
        settings = load_settings("dev").model_copy(update={"memory_mb": {"place_order": 1024}})
        assembly = synthesise(small_shop(root), settings)
        assert assembly.function("place_order")["MemorySize"] == 1024
        assert assembly.function("list_orders")["MemorySize"] == 512

    def test_it_runs_on_arm_and_the_emulator_on_this_machine(self, small_prod: Assembly) -> None:
        assert {tuple(one["Architectures"]) for one in small_prod.of_type("Lambda::Function")} == {("arm64",)}

    def test_a_name_too_long_for_lambda_is_refused(self) -> None:
        with pytest.raises(ValueError, match="at most 64"):
            Names(load_settings("dev")).function("x" * 60)


class TestObservability:
    def test_each_dead_letter_queue_and_the_api_have_an_alarm(self, small_prod: Assembly) -> None:
        alarms = small_prod.of_type("CloudWatch::Alarm")
        watched = {one["Dimensions"][0]["Value"] for one in alarms if one["Namespace"] == "AWS/SQS"}
        assert watched == {
            "pushcart-prod-payments-dead.fifo",
            "pushcart-prod-mail-dead",
            "pushcart-prod-arrived-dead",
            "pushcart-prod-happenings-stream-failed",
            "pushcart-prod-schedules-failed",
        }
        assert {one["MetricName"] for one in alarms if one["Namespace"] == "AWS/ApiGateway"} == {"5xx", "Latency"}
        assert all(one["AlarmActions"] for one in alarms)

    def test_money_that_somebody_has_to_look_at_rings(self, declared_prod: Assembly) -> None:
        by_group = {one["LogGroupName"]: one for one in declared_prod.of_type("Logs::MetricFilter")}
        [alarm] = [one for one in declared_prod.of_type("CloudWatch::Alarm") if one["Namespace"] == "Pushcart"]
        worker, match = (f"/aws/lambda/pushcart-prod-{name}" for name in ("on_payment_command", "match_payments"))
        assert set(by_group) == {worker, match}
        lines = (IN_REVIEW, REFUND_IN_REVIEW, REFUND_FAILED, PROVIDER_GONE)
        told = " || ".join(f'($.message = "{line}")' for line in lines)
        assert by_group[worker]["FilterPattern"] == f"{{ {told} }}"
        assert by_group[match]["FilterPattern"] == f'{{ $.message = "{MISMATCH}" }}'
        for counted in by_group.values():
            assert counted["MetricTransformations"][0]["MetricName"] == alarm["MetricName"]

    def test_spend_is_watched_and_mail_is_sent(self, small_prod: Assembly) -> None:
        [budget] = small_prod.of_type("Budgets::Budget")
        assert budget["Budget"]["BudgetLimit"] == {"Amount": 20, "Unit": "USD"}
        [mail] = small_prod.of_type("SNS::Subscription", stack="observability")
        assert (mail["Protocol"], mail["Endpoint"]) == ("email", "ops@example.com")

    def test_the_dashboard_shows_the_dead_letters(self, small_prod: Assembly) -> None:
        [dashboard] = small_prod.of_type("CloudWatch::Dashboard")
        assert "pushcart-prod-payments-dead.fifo" in str(dashboard["DashboardBody"])


class TestExports:
    def test_changed_code_changes_no_export(self, synthesise: Synthesise, root: Path) -> None:
        settings = load_settings("dev")
        before = synthesise(small_shop(root, body="1"), settings)
        after = synthesise(small_shop(root, body="2"), settings)
        assert before.function("place_order")["Code"] != after.function("place_order")["Code"]
        assert before.exports() == after.exports()

    def test_a_function_less_and_a_use_less_change_no_export(
        self, synthesise: Synthesise, small_dev: Assembly, root: Path
    ) -> None:
        fewer = tuple(function for function in FUNCTIONS if function.name not in {"place_order", "sweep"})
        assert synthesise(small_shop(root, functions=fewer), load_settings("dev")).exports() == small_dev.exports()

    def test_no_layer_is_exported(self, small_prod: Assembly) -> None:
        for value in small_prod.exports().values():
            assert "Layer" not in value

    def test_every_import_is_exported(self, small_prod: Assembly) -> None:
        exported = set(small_prod.exports())
        imported = set(_imports(small_prod.templates))
        assert imported
        assert imported <= exported


def test_the_emulators_stage_leaves_out_what_it_cannot_make(synthesise: Synthesise, root: Path) -> None:
    assembly = synthesise(small_shop(root), load_settings("local"))
    assert "observability" not in assembly.templates
    assert [one.get("KmsMasterKeyId") for one in assembly.of_type("SNS::Topic")] == [None]
    assert assembly.of_type("CloudFront::Distribution") == []
    assert assembly.function("read_news")["Environment"]["Variables"]["MEDIA_URL"] == "http://127.0.0.1:8000/_media"


def test_a_shop_knows_its_contexts(root: Path) -> None:
    shop = Shop(functions=FUNCTIONS, resources=RESOURCES, root=root)
    assert shop.contexts == ("jobs", "notifications", "orders")


def _imports(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["Fn::ImportValue"]] if "Fn::ImportValue" in node else []
        return own + [name for value in node.values() for name in _imports(value)]
    if isinstance(node, list):
        return [name for value in node for name in _imports(value)]
    return []
