"""Storing, comparing and pinning plans: JSON, fingerprints, differences, digests and policies."""

from deployspec._plans.diff import Change, Kind, PlanDiff, Requirement, diff
from deployspec._plans.fingerprint import fingerprint
from deployspec._plans.lock import Lock, lock_to_json, parse_lock
from deployspec._plans.pin import check_lock, pin, pins_needed
from deployspec._plans.plan_json import plan_from_dict, plan_from_json, plan_schema, plan_to_json
from deployspec._plans.policy import Policy, audit, parse_policy

__all__ = [
    "Change",
    "Kind",
    "Lock",
    "PlanDiff",
    "Policy",
    "Requirement",
    "audit",
    "check_lock",
    "diff",
    "fingerprint",
    "lock_to_json",
    "parse_lock",
    "parse_policy",
    "pin",
    "pins_needed",
    "plan_from_dict",
    "plan_from_json",
    "plan_schema",
    "plan_to_json",
]
