"""The clauses of the rules that no parameter of the policy states."""

from collections.abc import Mapping

from domain.sentence import Sentence, say

_CLAUSES: Mapping[str, Sentence] = {
    "R02": say("clause_routine"),
    "R03": say("clause_grounds"),
    "R06": say("clause_uneven"),
    "R07": say("clause_lists"),
    "R08": say("clause_list_review"),
    "R09": say("clause_list_resolution"),
    "R10": say("clause_list_filing"),
    "R13.pool": say("clause_pool"),
    "R13.order": say("clause_order"),
    "R14": say("clause_grades"),
    "R15": say("clause_results"),
    "R20": say("clause_appointments"),
    "R26": say("clause_bounds"),
    "R27": say("clause_admin"),
    "R28": say("clause_scheme"),
    "R29": say("clause_supervision"),
    "R31b": say("clause_publication"),
    "R34": say("clause_citing"),
    "law": say("clause_two_incompetent"),
}


def clause(rule: str) -> str:
    """Return a rule's clause, in Chinese like those of a policy's parameters."""
    return str(_CLAUSES[rule])
