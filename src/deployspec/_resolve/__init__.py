"""The decision: app → plan, and the secrets of a plan.

`resolve` reads the inputs in order and then follows the four rows of the decision table:

| module | contents |
|---|---|
| `resolve` | the decision from top to bottom; the environment and the services |
| `config_login` | the control variables, and the login in them |
| `logins` | all logins, and the one that an image gets |
| `pull` | the image variable, and the plan that pulls it |
| `build` | the Dockerfile, and the plan that builds it |
| `decisions` | the decision table as data, for documentation and tests |
| `report` | the diagnostics and the trace of one resolution |
| `credentials_for` | the secrets of a plan's logins, when the plan is executed |
| `counterfactuals` | the outcomes of an app with one input removed |
"""
