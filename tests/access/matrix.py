"""Who may do and ask what, as a table: written down once more, so that no rule changes unseen.

A cell is ``all``, ``unit`` (only what concerns the role's own unit), ``self`` (only where the
person's own id is named) or ``-``; columns that aren't named are ``-``.
"""

from collections.abc import Mapping

Row = Mapping[str, str]

_OFFICE = {"appraisal_office": "all"}
_ENTERED = {**_OFFICE, "unit_admin": "unit"}
_AUDITOR = {"organization_auditor": "all"}
_HEAD = {**_OFFICE, "unit_head": "unit"}
_STEP = {"rater": "all"}

COMMANDS: Mapping[str, Row] = {
    "unit.register": _OFFICE,
    "unit.assign": _OFFICE,
    "unit.release": _OFFICE,
    "history.close": _OFFICE,
    "cadre.register": _OFFICE,
    "cadre.post": _OFFICE,
    "cadre.leave": _OFFICE,
    "cadre.absence": _ENTERED,
    "cadre.sanction": _OFFICE,
    "cadre.case": _OFFICE,
    "admin.train": _ENTERED,
    "letter.inquire": _OFFICE,
    "policy.adopt": _OFFICE,
    "policy.amend": _OFFICE,
    "feedback.evaluate": _OFFICE,
    "scheme.draft": {**_ENTERED, "unit_head": "unit"},
    "scheme.screen": _OFFICE,
    "scheme.resolve": _STEP,
    "scheme.countersign": _STEP,
    "scheme.ratify": _OFFICE,
    "scheme.return": {**_OFFICE, **_STEP},
    "roster.freeze": _ENTERED,
    "roster.amend": _ENTERED,
    "round.open": _ENTERED,
    "component.record": _ENTERED,
    "year.close": _OFFICE,
    "quota.approve": _OFFICE,
    "work_list.submit": {"rater": "self", "unit_admin": "unit"},
    "work_list.review": _STEP,
    "work_list.resolve": _STEP,
    "work_list.file": _ENTERED,
    "work_list.return": {**_HEAD, "unit_deputy": "unit"},
    "work_list.score": {"rater": "self"},
    "work_log.enter": {"rater": "self", "unit_admin": "unit"},
    "work_log.rate": {"rater": "self"},
    "ballot.submit": {"rater": "self"},
    "ballot.correct": {"rater": "self", **_AUDITOR},
    "ballot.void": _AUDITOR,
    "circular.issue": _OFFICE,
    "meeting.comment": _OFFICE,
    "supervision.inspect": _OFFICE,
    "supervision.deduct": _OFFICE,
    "feedback.file": {**_ENTERED, "unit_head": "unit"},
    "unit_item.score": _OFFICE,
    "result.propose": _HEAD,
    "result.publicise": _ENTERED,
    "result.confirm": _OFFICE,
    "result.notify": _ENTERED,
    "result.acknowledge": {"rater": "self"},
    "result.reconsider": {"rater": "self"},
    "result.appeal": {"rater": "self"},
    "result.decide": _OFFICE,
    "result.correct": _OFFICE,
    "talk.hold": {**_OFFICE, "rater": "self"},
    "talk.set_deadline": _HEAD,
    "talk.review_improvement": _HEAD,
    "post.demote": _OFFICE,
    "post.to_non_leading": _OFFICE,
    "allowance.set_pool": _OFFICE,
    "allowance.grant": {**_ENTERED, "unit_head": "unit"},
    "decision.commend": _OFFICE,
    "decision.talent": _OFFICE,
    "decision.train": _OFFICE,
    "decision.appoint": _OFFICE,
    "decision.except": _OFFICE,
    "lead.release": _AUDITOR,
    "lead.reply": {**_AUDITOR, "rater": "self"},
    "lead.close": {"organization_auditor": "self"},
    "fact.withdraw": _OFFICE,
}

_COUNTY = {"appraisal_office": "all", "organization_auditor": "all", "discipline_witness": "all"}
_UNITS = {"unit_admin": "unit", "unit_head": "unit", "unit_deputy": "unit"}
_MINE = {"rater": "self"}
_OFFICERS = {"system_admin": "all", "security_admin": "all", "security_auditor": "all"}
EVERYBODY = dict.fromkeys((*_COUNTY, *_UNITS, *_MINE, *_OFFICERS), "all")

QUESTIONS: Mapping[str, Row] = {
    "rank": _COUNTY | _UNITS | _MINE,
    "eligible": _COUNTY | _UNITS | _MINE,
    "audit": _AUDITOR | _MINE,
    "record": _COUNTY | _UNITS | _MINE,
    "event": _COUNTY | _UNITS | _MINE,
    "talks": _COUNTY | {"unit_head": "unit", "unit_deputy": "unit"} | _MINE,
    "spread": _COUNTY | _UNITS,
    "appeals": _COUNTY | _UNITS | _MINE,
    "units": _COUNTY | _UNITS,
    "schemes": _COUNTY | _UNITS,
    "circular": _COUNTY | _UNITS,
    "decisions": _COUNTY | _UNITS | _MINE,
    "dossier": _COUNTY,
    "check": _COUNTY | _UNITS,
    "leads": _AUDITOR,
    "policy": EVERYBODY,
    "accounts": _OFFICERS,
    "access-log": {"security_auditor": "all"},
}

_CONTROL = {**_COUNTY, "system_admin": "all", "security_auditor": "all"}
_SYSTEM = {"system_admin": "all"}

OPERATIONS: Mapping[str, Row] = {
    "patterns": _AUDITOR,
    "bundle": _AUDITOR,
    "prove": {**_AUDITOR, "discipline_witness": "all"},
    "prove_entry": _AUDITOR,
    "verify": _CONTROL,
    "checkpoint": _CONTROL,
    "rebuild": _SYSTEM,
    "copy": _SYSTEM,
    "restore": _SYSTEM,
    "seal": _SYSTEM,
    "keys": _SYSTEM,
    "grant": _SYSTEM,
    "demo": _SYSTEM,
}
