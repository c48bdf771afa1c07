"""OpenAPI 3.1 and docs/API.md, made from the declarations: functions → document → page, one direction only."""
