"""The plan itself: facts, law and policy, weighting, stages, documents, people and versions."""
