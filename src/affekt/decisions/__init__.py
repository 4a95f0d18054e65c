"""From scores to labels: decisions that are fitted on validation data and stored as JSON.

Know label spaces and scores; know nothing of how scores were made. A new kind registers with `register`.
"""

from affekt.decisions.choice import choose
from affekt.decisions.fixed import FixedThreshold, apply_overrides
from affekt.decisions.registry import StoredDecision, decision_from_dict, register
from affekt.decisions.spaces import SpaceDecisions
from affekt.decisions.thresholds import SHRINKAGE, LabelThresholds

__all__ = [
    "SHRINKAGE",
    "FixedThreshold",
    "LabelThresholds",
    "SpaceDecisions",
    "StoredDecision",
    "apply_overrides",
    "choose",
    "decision_from_dict",
    "register",
]
