"""How anybody reads the pictures: a distribution in front of a bucket that stays private (ADR 0015)."""

from __future__ import annotations

from typing import Any, Final

from aws_cdk import Aws
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.acknowledged import SHARED_CERTIFICATE, UNLOGGED_DELIVERY, acknowledge

_CACHING_OPTIMIZED: Final = "658327ea-f89d-4fab-a63d-7e88639e58f6"
_SECURITY_HEADERS: Final = "67f7725c-6f97-4210-82d7-5512b31e9d03"
"""Policies that AWS manages: cached by the path alone, for as long as the object says; nosniff, no frames, HSTS.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html"""
_ORIGIN: Final = "media"


class MediaDelivery(Construct):
    """A CloudFront distribution that alone may read a bucket (origin access control).

    Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """

    def __init__(self, scope: Construct, bucket: s3.CfnBucket, *, name: str) -> None:
        super().__init__(scope, "delivery")
        control = cloudfront.CfnOriginAccessControl(
            self,
            "control",
            origin_access_control_config={
                "name": name,
                "originAccessControlOriginType": "s3",
                "signingBehavior": "always",
                "signingProtocol": "sigv4",
            },
        )
        self.distribution = cloudfront.CfnDistribution(
            self, "distribution", distribution_config=_configuration(bucket, control, name)
        )
        acknowledge(self.distribution, SHARED_CERTIFICATE, UNLOGGED_DELIVERY)

    @property
    def url(self) -> str:
        return f"https://{self.distribution.attr_domain_name}"

    def statement(self, bucket: s3.CfnBucket) -> dict[str, Any]:
        """Return what the bucket's policy allows: this distribution, and no other of the world's, reads objects."""
        arn = f"arn:{Aws.PARTITION}:cloudfront::{Aws.ACCOUNT_ID}:distribution/{self.distribution.attr_id}"
        return {
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": f"{bucket.attr_arn}/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": arn}},
        }


def _configuration(
    bucket: s3.CfnBucket, control: cloudfront.CfnOriginAccessControl, name: str
) -> cloudfront.CfnDistribution.DistributionConfigProperty:
    origin = cloudfront.CfnDistribution.OriginProperty(
        id=_ORIGIN,
        domain_name=bucket.attr_regional_domain_name,
        origin_access_control_id=control.attr_id,
        # Required, and empty: it is the older way to be the only reader.
        s3_origin_config=cloudfront.CfnDistribution.S3OriginConfigProperty(origin_access_identity=""),
    )
    behaviour = cloudfront.CfnDistribution.DefaultCacheBehaviorProperty(
        target_origin_id=_ORIGIN,
        viewer_protocol_policy="https-only",
        allowed_methods=["GET", "HEAD"],
        cached_methods=["GET", "HEAD"],
        compress=False,
        cache_policy_id=_CACHING_OPTIMIZED,
        response_headers_policy_id=_SECURITY_HEADERS,
    )
    return cloudfront.CfnDistribution.DistributionConfigProperty(
        enabled=True,
        comment=name,
        http_version="http2and3",
        price_class="PriceClass_100",
        origins=[origin],
        default_cache_behavior=behaviour,
        viewer_certificate=cloudfront.CfnDistribution.ViewerCertificateProperty(cloud_front_default_certificate=True),
    )
