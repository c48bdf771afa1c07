"""Reads synthesised templates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Assembly:
    """The templates of one synthesis, by the stack's part of the name (``api``, ``orders``)."""

    templates: dict[str, dict[str, Any]]
    folder: Path

    @classmethod
    def read(cls, assembly: Any, folder: Path) -> Assembly:
        """Read what ``App.synth`` returned."""
        return cls({stack.stack_name.split("-", 2)[2]: stack.template for stack in assembly.stacks}, folder)

    def of_type(self, kind: str, *, stack: str | None = None) -> list[Resource]:
        """Return the properties of all resources of type ``AWS::<kind>``."""
        return [resource["Properties"] for _, resource in self.resources(kind, stack=stack)]

    def resources(self, kind: str, *, stack: str | None = None) -> Iterator[tuple[str, Resource]]:
        """Yield stack and resource for each of type ``AWS::<kind>``."""
        for part, template in self.templates.items():
            for resource in template["Resources"].values():
                if resource["Type"] == f"AWS::{kind}" and stack in (None, part):
                    yield part, resource

    def function(self, name: str) -> Resource:
        """Return the Lambda function whose handler is ``<name>.handler``."""
        [found] = [one for one in self.of_type("Lambda::Function") if one["Handler"] == f"{name}.handler"]
        return found

    def statements(self, name: str) -> list[Resource]:
        """Return the statements of a function's role."""
        for template in self.templates.values():
            for logical_id, resource in template["Resources"].items():
                if resource["Type"] == "AWS::IAM::Role" and logical_id.startswith(f"{name.replace('_', '')}Role"):
                    [policy] = resource["Properties"]["Policies"]
                    statements: list[Resource] = policy["PolicyDocument"]["Statement"]
                    return statements
        raise LookupError(name)

    def exports(self) -> dict[str, str]:
        """Return each export's name with its value, as text."""
        return {
            output["Export"]["Name"]: json.dumps(output["Value"], sort_keys=True)
            for template in self.templates.values()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def text(self) -> str:
        """Return all templates as one text."""
        return json.dumps(self.templates)
