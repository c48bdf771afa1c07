"""Signing in with an external identity provider: OpenID Connect Core 1.0, by the authorization code flow with PKCE."""
