"""What an administrator may do to an archive, and what becomes of it.

Each is one thing done and nothing else: where it breaks what depends on it, that isn't mended.
The archive is that of ``copies``: 72 events of four days, sealed at three times.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.integrity.administrator import Administrator

Do = Callable[[Administrator], object]
Admin = Administrator


@dataclass(frozen=True)
class Mutation:
    """One thing that is done.

    Args:
        name: what.
        do: how.
        key: the sentence that tells of it, among others perhaps.
        position: the first bad event's, where there is one.
    """

    name: str
    do: Do
    key: str
    position: int | None = None


def said(*statements: str) -> Do:
    """Run statements."""

    def do(admin: Admin) -> None:
        for statement in statements:
            admin.run(statement)

    return do


def insert_in_the_middle(admin: Admin) -> None:
    """Make room behind the tenth event, and put another there."""
    last = admin.run("SELECT max({id}) FROM stored_events")[0][0]
    admin.move(1, 11, last)
    admin.run(_COPY_AS, 11, "cadre/X", 1, 10)


def reuse(admin: Admin) -> None:
    """Delete an event, and put another at its position."""
    admin.run("DELETE FROM stored_events WHERE {id} = 12")
    admin.run(_COPY_AS, 12, "cadre/X", 1, 10)


def swap(admin: Admin) -> None:
    """Let two events change their positions."""
    admin.move(5_000, 20, 20)
    admin.move(-1, 21, 21)
    admin.move(-4_999, 5_020, 5_020)


def swap_states(admin: Admin) -> None:
    """Let two events change what they say."""
    states = [admin.run("SELECT state FROM stored_events WHERE {id} = ?", n)[0][0] for n in (8, 9)]
    for state, position in zip(reversed(states), (8, 9), strict=True):
        admin.run("UPDATE stored_events SET state = ? WHERE {id} = ?", state, position)


def renumber(admin: Admin) -> None:
    """Give every event the next position."""
    last = admin.run("SELECT max({id}) FROM stored_events")[0][0]
    admin.move(1, 1, last)


def edit_text_of_state(admin: Admin) -> None:
    """Change one letter of a name."""
    ((state,),) = admin.run("SELECT state FROM stored_events WHERE {id} = 9")
    edited = bytes(state).replace("干部".encode(), "部干".encode())
    assert edited != bytes(state)
    admin.run("UPDATE stored_events SET state = ? WHERE {id} = 9", edited)


def insert_before_the_first(admin: Admin) -> None:
    """Put an event where no reader begins."""
    if not admin.on_sqlite:
        check = "stored_events_notification_id_check"
        admin.run(f"ALTER TABLE stored_events DROP CONSTRAINT {check}")
    admin.run(_COPY_AS, -3, "cadre/X", 1, 10)


def drop_a_trigger(admin: Admin) -> None:
    """Let a table be changed from now on."""
    # Triggers are aside already: it is put back as one that does nothing.
    if admin.on_sqlite:
        admin.run("CREATE TRIGGER main.quiet BEFORE UPDATE ON stored_events BEGIN SELECT 1; END")
    else:
        admin.run("DROP TRIGGER events_only_append ON stored_events")


_COPY_AS = (
    "INSERT INTO stored_events ({id}, originator_id, originator_version, topic, state) "
    "SELECT ?, ?, ?, topic, state FROM stored_events WHERE {id} = ?"
)
_UPDATE = "UPDATE stored_events SET"
_LAST_HEADS = "leaf = (SELECT max(leaf) FROM heads)"

LOG = (
    Mutation(
        "edit the stream's id",
        said(f"{_UPDATE} originator_id = 'cadre/C99' WHERE {{id}} = 7"),
        "verify_changed",
        7,
    ),
    Mutation(
        "edit the version",
        said(f"{_UPDATE} originator_version = 5 WHERE {{id}} = 70"),
        "verify_version_order",
        70,
    ),
    Mutation(
        "edit the topic",
        said(f"{_UPDATE} topic = 'unit.registered' WHERE {{id}} = 9"),
        "verify_changed",
        9,
    ),
    Mutation("edit what an event says", edit_text_of_state, "verify_changed", 9),
    Mutation(
        "edit the state's type",
        lambda admin: admin.run(
            f"{_UPDATE} state = CAST(state AS TEXT) WHERE {{id}} = 9"
            if admin.on_sqlite
            else f"{_UPDATE} state = state || '\\x20' WHERE {{id}} = 9"
        ),
        "",
        9,
    ),
    Mutation(
        "edit the position", said(f"{_UPDATE} {{id}} = 500 WHERE {{id}} = 9"), "verify_gone", 9
    ),
    Mutation(
        "delete the first", said("DELETE FROM stored_events WHERE {id} = 1"), "verify_gone", 1
    ),
    Mutation(
        "delete one in the middle",
        said("DELETE FROM stored_events WHERE {id} = 33"),
        "verify_gone",
        33,
    ),
    Mutation(
        "delete some in the middle",
        said("DELETE FROM stored_events WHERE {id} BETWEEN 33 AND 36"),
        "verify_many_gone",
        33,
    ),
    Mutation(
        "delete the tail", said("DELETE FROM stored_events WHERE {id} > 60"), "verify_cut_short", 61
    ),
    Mutation("delete all", said("DELETE FROM stored_events"), "verify_cut_short", 1),
    Mutation("insert in the middle", insert_in_the_middle, "verify_changed", 11),
    Mutation(
        "insert before the first",
        insert_before_the_first,
        "verify_position_twice",
        -3,
    ),
    Mutation("swap two", swap, "verify_changed", 20),
    Mutation("swap what two say", swap_states, "verify_changed", 8),
    Mutation("renumber", renumber, "verify_gone", 1),
    Mutation("reuse a position", reuse, "verify_changed", 12),
    Mutation("make a trigger do nothing", drop_a_trigger, "verify_schema_changed"),
    Mutation(
        "make another table",
        said("CREATE TABLE more (n integer)"),
        "verify_schema_changed",
    ),
    Mutation(
        "drop an index",
        lambda admin: admin.run(f"DROP INDEX {'main.' if admin.on_sqlite else ''}closings"),
        "verify_schema_changed",
    ),
)

COMMANDS = (
    Mutation(
        "edit a command's events",
        said("UPDATE commands SET positions = '[4]' WHERE command_id = 'command-1'"),
        "verify_command_changed",
        3,
    ),
    Mutation(
        "edit a command's id",
        said("UPDATE commands SET command_id = 'other' WHERE command_id = 'command-1'"),
        "verify_command_changed",
        3,
    ),
    Mutation(
        "delete a command",
        said("DELETE FROM commands WHERE command_id = 'command-1'"),
        "verify_command_changed",
        3,
    ),
    Mutation(
        "insert a command",
        said("INSERT INTO commands SELECT 'other', digest, '[]' FROM commands LIMIT 1"),
        "verify_command_changed",
    ),
)

LEDGER = (
    Mutation(
        "edit a leaf",
        lambda admin: admin.flip("nodes", "hashes", "level = 0 AND start = 0", at=32 * 9 + 5),
        "verify_changed",
        10,
    ),
    Mutation(
        "edit a kept node",
        lambda admin: admin.flip("nodes", "hashes", "level = 6 AND start = 0"),
        "verify_node_changed",
    ),
    Mutation(
        "truncate the ledger's leaves",
        said("DELETE FROM nodes WHERE level = 0 AND start > 50"),
        "verify_ledger_cut_short",
    ),
    Mutation(
        "delete leaves at the beginning",
        said("DELETE FROM nodes WHERE level = 0 AND start = 0"),
        "verify_leaves_gone",
        1,
    ),
    Mutation(
        "add a node",
        lambda admin: admin.run("INSERT INTO nodes VALUES (9, 0, ?)", bytes(32)),
        "verify_extent",
    ),
    Mutation(
        "edit a root of heads",
        lambda admin: admin.flip("heads", "root", _LAST_HEADS),
        "verify_heads_changed",
    ),
    Mutation(
        "edit a day of heads",
        said(f"UPDATE heads SET day = '2026-01-01' WHERE {_LAST_HEADS}"),
        "verify_heads_changed",
    ),
    Mutation(
        "delete a row of heads",
        said(f"DELETE FROM heads WHERE {_LAST_HEADS}"),
        "verify_row_changed",
        64,
    ),
    Mutation(
        "edit a version",
        said("UPDATE versions SET version = 9 WHERE stream = 'C07/cadre'"),
        "verify_version_changed",
    ),
    Mutation(
        "delete a version",
        said("DELETE FROM versions WHERE stream = 'C07/cadre'"),
        "verify_version_changed",
    ),
    Mutation(
        "edit a run",
        said("UPDATE runs SET position = position + 1 WHERE leaf > 0"),
        "verify_row_changed",
    ),
    Mutation(
        "edit a day",
        said("UPDATE days SET day = '2026-11-30' WHERE leaf = 0"),
        "verify_row_changed",
    ),
    Mutation(
        "edit a checkpoint",
        lambda admin: admin.flip("checkpoints", "note", "size < 50", at=40),
        "verify_checkpoint_false",
    ),
    Mutation(
        "exchange a checkpoint",
        said(
            "UPDATE checkpoints SET note = (SELECT note FROM checkpoints ORDER BY size LIMIT 1) "
            "WHERE size > 50"
        ),
        "verify_checkpoint_other",
    ),
    Mutation(
        "delete all checkpoints",
        said("DELETE FROM checkpoints"),
        "no_checkpoint",
    ),
    Mutation(
        "edit the site's name", said("UPDATE site SET origin = 'y'"), "verify_checkpoint_false"
    ),
    Mutation(
        "edit the site's hash", said("UPDATE site SET hash = 'sm3'"), "verify_checkpoint_other", 1
    ),
    Mutation(
        "edit what was verified",
        lambda admin: admin.flip("verified", "root", "size > 0"),
        "verify_other_than_verified",
    ),
)

VIEWS = (
    Mutation(
        "edit a view's row",
        said("UPDATE cadres SET name = '别人' WHERE position = 9"),
        "verify_view_row",
        9,
    ),
    Mutation(
        "delete a view's row",
        said("DELETE FROM postings WHERE position = 40"),
        "verify_view_row",
        40,
    ),
    Mutation(
        "add a view's row",
        said("INSERT INTO units SELECT * FROM units WHERE position = 2"),
        "verify_view_row_odd",
        2,
    ),
    Mutation(
        "move a view's row",
        said("UPDATE cadres SET position = 4711 WHERE position = 9"),
        "verify_view_row_odd",
        9,
    ),
    Mutation(
        "set the views' position back",
        said("UPDATE views_standing SET position = 50"),
        "verify_views_elsewhere",
        51,
    ),
    Mutation(
        "set the views' position ahead",
        said("UPDATE views_standing SET position = 5000"),
        "verify_views_elsewhere",
    ),
    Mutation(
        "say that an event can't be read",
        lambda admin: (
            admin.run("DELETE FROM cadres WHERE position = 9"),
            admin.run("INSERT INTO set_aside VALUES (9, 'x', 'x', ?)", False),
        ),
        "verify_view_row",
        9,
    ),
)
