"""The plan as a thing to keep: text and back."""

from deployspec._artifact.json import plan_from_json, plan_to_json

__all__ = ["plan_from_json", "plan_to_json"]
