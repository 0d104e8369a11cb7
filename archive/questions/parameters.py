"""Parameters that several questions have."""

from archive.fields import Id, year
from archive.questions.declare import Parameter

YEAR = Parameter(year(), "考核年度。", argument=True)
ONE_YEAR = Parameter(year(required=False), "考核年度。")
CADRE = Parameter(Id(), "干部编号。", argument=True)
UNIT = Parameter(Id(required=False), "只看一个单位。", "U")
