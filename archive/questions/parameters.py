"""Parameters that several questions have, and who may ask most of them."""

from archive.fields import Id, year
from archive.questions.declare import Parameter
from archive.who import AUDITOR, OFFICE, WITNESS, everywhere, oneself, own_unit
from domain.account import UNIT_ROLES

YEAR = Parameter(year(), "考核年度。", argument=True)
ONE_YEAR = Parameter(year(required=False), "考核年度。")
CADRE = Parameter(Id(), "干部编号。", argument=True)
UNIT = Parameter(Id(required=False), "只看一个单位。", "U")

COUNTY = everywhere(OFFICE, AUDITOR, WITNESS)
"""Who sees every unit."""

OWN_UNITS = own_unit(*UNIT_ROLES)
"""Who sees the units that a role is held for."""

MINE = oneself("cadre")
OWN_SHEETS = oneself("rater")
"""Who sees what is his own."""
