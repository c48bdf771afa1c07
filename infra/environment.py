"""The environment variables of a function. `make serve` and the tests set the same ones."""

from __future__ import annotations

from typing import Any

from infra.names import Names
from infra.shop import Shop
from utils.declarations import Declaration
from utils.resources import Bucket, EncryptionKey, Mailer, Queue, Secret, SigningKey, Topic


def environment(declaration: Declaration, shop: Shop, names: Names) -> dict[str, Any]:
    """Return the variables of a function's template: texts, or intrinsic functions that become one.

    Every table's name is set, since PynamoDB's models read it at import; of other resources only those it ``uses``.
    """
    settings = names.settings
    variables: dict[str, Any] = {table.env: names.table(table.name) for table in shop.resources.tables}
    for grant in declaration.uses:
        variables |= _resource(grant.resource, names)
    return variables | {
        "PUSHCART_STAGE": settings.stage,
        "POWERTOOLS_SERVICE_NAME": declaration.context,
        "POWERTOOLS_METRICS_NAMESPACE": "pushcart",
        "LOG_LEVEL": settings.log_level,
        "TOKEN_ISSUER": settings.token_issuer or names.imported("api", "url"),
        "TOKEN_AUDIENCE": settings.token_audience,
        "RESERVATION_SECONDS": str(settings.reservation_seconds),
        "SHOP_CURRENCY": settings.shop_currency,
        "PAYMENT_PROVIDERS": ",".join(settings.payment_providers),
        "SHIPPING_REQUIRED": str(settings.shipping_required).lower(),
        "PAYMENT_CAPTURE": settings.payment_capture,
        "STRIPE_API_BASE": settings.stripe_api_base or "",
        "SEARCH_ENDPOINT": settings.search_endpoint or "",
        "STOREFRONT_URL": settings.storefront_url,
        "MEDIA_URL": settings.media_url or names.imported("media", "url"),
        "OIDC_PROVIDERS": settings.oidc_providers_text,
        "WRITES_PER_MINUTE": str(settings.writes_per_minute),
        "SIGN_IN_FAILURES_OVERALL": str(settings.sign_in_failures_overall),
        "SIGNING_KEY_DAYS": str(settings.signing_key_days),
        "RETURN_DAYS": str(settings.return_days),
        "SHOP_NAME": settings.shop_name,
        "SHOP_ADDRESS": settings.shop_address,
        "SHOP_TAX_ID": settings.shop_tax_id,
        "VIEWER_LOCATION": settings.viewer_location,
        "TRACE_SAMPLE_RATE": f"{settings.trace_sample_rate:g}",
    }


def _resource(resource: object, names: Names) -> dict[str, Any]:
    if isinstance(resource, Queue):
        return {resource.env: names.imported("queue", resource.name, "url")}
    if isinstance(resource, Bucket):
        return {resource.env: names.bucket(resource)}
    if isinstance(resource, Topic):
        return {resource.env: names.topic_arn(resource)}
    if isinstance(resource, SigningKey | EncryptionKey):
        return {resource.env: names.imported("key", resource.name, "arn")}
    if isinstance(resource, Secret):
        return {resource.env: names.imported("secret", resource.name, "arn")}
    if isinstance(resource, Mailer):
        return {resource.env: names.sender(resource)}
    return {}
