"""Consultations on a draft: comments, answers, drop-in sessions, a published summary."""
