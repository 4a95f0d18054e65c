"""From scores to labels: decisions that are fitted on validation data and stored as JSON.

Know label spaces and scores; know nothing of how scores were made. A new kind registers with `register`.
"""

from affekt.decisions.abstention import Abstention, confidence
from affekt.decisions.asked import Asked, DecisionRequest, fit_decision
from affekt.decisions.calibration import Calibrated, Calibration, LabelCurve
from affekt.decisions.choice import choose
from affekt.decisions.correction import LEAST_ROWS, Correction, FittedCorrection, fit_correction
from affekt.decisions.fixed import FixedThreshold, apply_overrides
from affekt.decisions.models import MODEL, ModelDecisions
from affekt.decisions.question import QuestionDecision, same_question
from affekt.decisions.registry import StoredDecision, decision_from_dict, fits, register, restated
from affekt.decisions.sets import PredictionSets
from affekt.decisions.shift import PriorShift
from affekt.decisions.spaces import SpaceDecisions
from affekt.decisions.thresholds import RESAMPLES, SHRINKAGE, LabelThresholds
from affekt.decisions.wordings import ChosenWordings, choose_wordings

__all__ = [
    "LEAST_ROWS",
    "MODEL",
    "RESAMPLES",
    "SHRINKAGE",
    "Abstention",
    "Asked",
    "Calibrated",
    "Calibration",
    "ChosenWordings",
    "Correction",
    "DecisionRequest",
    "FittedCorrection",
    "FixedThreshold",
    "LabelCurve",
    "LabelThresholds",
    "ModelDecisions",
    "PredictionSets",
    "PriorShift",
    "QuestionDecision",
    "SpaceDecisions",
    "StoredDecision",
    "apply_overrides",
    "choose",
    "choose_wordings",
    "confidence",
    "decision_from_dict",
    "fit_correction",
    "fit_decision",
    "fits",
    "register",
    "restated",
    "same_question",
]
