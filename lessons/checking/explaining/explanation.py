"""What is told of a wrong function, and in how many lines."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from lessons.checking.answering.printing import WIDTH, filled
from lessons.checking.explaining import STEPS
from lessons.checking.explaining.ladder import Attempt
from lessons.checking.explaining.mistakes import Mistake

Line = tuple[str, str]  # a line and its colour, "" for none


@dataclass(frozen=True)
class Explanation:
    """All that is known of a wrong function, in the order in which it is told."""

    function: str
    head: list[str]  # sentences
    found: list[str] = field(default_factory=list)  # more of them, for what has no name
    case: list[Line] = field(default_factory=list)  # the smallest case that shows it
    by_hand: list[str] = field(default_factory=list)  # one entry of it, line by line
    work: list[str] = field(default_factory=list)  # all of its entries
    mistakes: tuple[Mistake, ...] = ()
    known: str = "These are the numbers of"
    cases: int = 0  # in which the mistakes' numbers are the answer's
    given: list[str] = field(default_factory=list)  # it is right, given what these do
    broke: str = ""  # an exception of the explaining itself, which is no fault of the answer's
    attempts: list[Attempt] = field(default_factory=list)  # at the ladder's cases

    @property
    def name(self) -> str | None:
        """The known mistake's name, or both."""
        return " + ".join(entry.name for entry in self.mistakes) or None

    @property
    def message(self) -> str:
        """The sentences, as plain text."""
        return "\n".join([*self.head, *self.found])

    @property
    def hint(self) -> str | None:
        """The known mistakes' hints, as plain text."""
        return "\n".join(entry.hint for entry in self.mistakes) or None

    def lines(
        self,
        explain: str,
        line: list[Line] | None = None,
        hints: list[str] | None = None,
        *,
        show_work: bool = False,
        room: int = 100,
    ) -> list[Line]:
        """What a student reads, in steps; without what is least needed if it is too much.

        Parameters
        ----------
        explain : str
            How far it goes: one of STEPS.
        line : list of Line, optional
            What tells the line that is wrong.
        hints : list of str, optional
            What points at the idea where no known mistake does.
        show_work : bool
            All entries by hand, and nothing left out.
        room : int
            How many lines there is room for.
        """
        head = plain(line for sentence in self.head for line in wrapped(sentence))
        found = [plain(wrapped(sentence)) for sentence in self.found]
        case, work = list(self.case), plain(self.work if show_work else self.by_hand)
        told = [
            (line or []) * reaches(explain, "line"),
            self.hints(hints or []) * reaches(explain, "hint"),
            self.names() * reaches(explain, "name"),
        ]
        gap: list[Line] = [("", "")]
        after = [part for lines in told if lines for part in gap + lines]
        if not show_work:
            over = sum(map(len, (head, *found, case, work, after))) + 1 - room
            if over > 0 and work:
                over, work = over - len(work), []
            spare = len(case) - first_quantity(case)
            while over > spare and found:
                over -= len(found.pop())
            if over > 0:
                case = cut(case, max(1, len(case) - over))
        return [*head, *chain(*found), *(gap + case + work) * bool(case), *after]

    def names(self) -> list[Line]:
        """The known mistakes' sentences."""
        if not self.mistakes:
            return []
        what = "a known mistake" if len(self.mistakes) == 1 else "two known mistakes at once"
        out = plain(filled(f"{self.known} {what} (in all {self.cases} cases tried):"))
        for entry in self.mistakes:
            where = f"as if {entry.function} had this mistake: " * (entry.function != self.function)
            out += [(line, "yellow") for line in filled(where + entry.sentence, "  ")]
        return out

    def hints(self, others: list[str]) -> list[Line]:
        """What points at the idea."""
        hints = [entry.hint for entry in self.mistakes] or others
        return [
            (line, "cyan")
            for k, hint in enumerate(hints, 1)
            for line in filled(f"Hint{f' {k}' * (len(hints) > 1)}: {hint}", "", "  ")
        ]


def starts(case: list[Line]) -> list[int]:
    """The lines of a case in which its quantities start."""
    red = [colour == "red" for _, colour in case]
    return [k for k, is_red in enumerate(red) if is_red and not (k and red[k - 1])]


def first_quantity(case: list[Line]) -> int:
    """How many lines of a case there are up to the end of the first quantity."""
    where = [*starts(case), len(case)]
    return where[1] if len(where) > 1 else 1


def cut(case: list[Line], most: int) -> list[Line]:
    """As many lines of a case as there is room for, without a quantity that is cut off in part.

    But for the first one, which is better told in part than not at all.
    """
    whole = [k for k in starts(case)[1:] if k <= most < len(case)]
    return case[: max(whole, default=most)]


def reaches(explain: str, step: str) -> bool:
    """Whether what is asked for includes a step."""
    return STEPS.index(step) <= STEPS.index(explain)


def plain(lines: Iterable[str]) -> list[Line]:
    """Lines without a colour."""
    return [(line, "") for line in lines]


def wrapped(text: str) -> list[str]:
    """A sentence filled; lines of a table, which begin with a space, as they are."""
    return [
        line
        for part in text.splitlines()
        for line in ([part[:WIDTH]] if part.startswith(" ") else filled(part))
    ]
