"""The decision: `App` to `DeployPlan`."""
