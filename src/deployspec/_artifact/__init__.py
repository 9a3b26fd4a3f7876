"""The plan as a thing to keep: text and back, one digest, what has changed, pinned, and held against a policy."""

from deployspec._artifact.audit import Policy, audit, parse_policy
from deployspec._artifact.diff import Change, PlanDiff, diff
from deployspec._artifact.fingerprint import fingerprint
from deployspec._artifact.json import plan_from_json, plan_schema, plan_to_json
from deployspec._artifact.pin import pin

__all__ = [
    "Change",
    "PlanDiff",
    "Policy",
    "audit",
    "diff",
    "fingerprint",
    "parse_policy",
    "pin",
    "plan_from_json",
    "plan_schema",
    "plan_to_json",
]
