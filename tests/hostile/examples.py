"""How many examples the property tests try: 200, or as many as $PAINTOUT_EXAMPLES says."""

import os

from hypothesis import HealthCheck, settings

__all__ = ["EXAMPLES"]

EXAMPLES = settings(
    max_examples=int(os.environ.get("PAINTOUT_EXAMPLES", "200")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
