"""Values on their way between the checks and an answer in another process: JSON and raw memory.

Nothing is unpickled: what arrives is rebuilt as plain numbers, texts, lists, dicts and arrays.
Both sides know the arrays, dicts, lists and generators of the last few calls by number, so that a
result may be an argument, or share its memory, and so that what either side has changed in
them is changed on the other.
"""

import builtins
import json
import marshal
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from itertools import islice
from operator import is_
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from lessons.checking.answering.values import copied

CHECKS, ANSWER = 0, 1
KEEP = 4  # calls for which both sides know an object
DEEPEST, LONGEST = 40, 2_000_000  # levels and entries of a value
SHARED = 10_000  # entries of the longest list that is known by number
LARGEST, MOST_AXES = 1 << 28, 4  # bytes and axes of an array
MOST_TEXT, MOST_RAW = 1 << 25, 1 << 29  # bytes of a message, its JSON and its memory
HUGE = 1 << 1000  # an integer with more digits is not sent
LONGEST_DTYPE = 12  # characters of a type's name
KINDS = "biufcSU"  # of the arrays whose memory is sent


to_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
from_json = json.JSONDecoder().decode


class Malformed(Exception):
    """What arrived is no message."""


@dataclass(slots=True)
class Known:
    """An object that both sides know by number."""

    value: Any
    touched: int  # the call in which it was met last
    content: Any = None  # what the other side knows that it holds: bytes, if it has memory
    owner: int = 0  # the number of the array whose memory it is a view of


LONE = Known(object(), 0)
ALONE = sys.getrefcount(LONE.value)  # what Python counts where nobody else holds an object


class Record:
    """An object of the answer's: the name of its type, the attributes that a contract asks for."""

    number = 0  # by which both sides know it, if it gives something one by one


class Sequence(Record):
    """One with entries."""

    def __iter__(self) -> Iterator[Any]:
        return iter(vars(self)["entries"])

    def __len__(self) -> int:
        return len(vars(self)["entries"])

    def __getitem__(self, index: Any) -> Any:
        return vars(self)["entries"][index]


class Iterating(Record):
    """One that gives something one by one, in the other process."""

    arguments: tuple[Any, ...] = ()  # of the call that returned it

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        raise TypeError("what comes next is asked for through the function")


class Exchange:
    """One side of the exchange of values.

    Parameters
    ----------
    parity : {CHECKS, ANSWER}
        Whose side it is: objects of the checks have even numbers, those of the answer odd ones.
    attributes : tuple of str
        What is told of objects of other types, if they have it.
    call_back : callable
        Calls a function that lives on the other side, given its number, arguments and options.
    """

    def __init__(
        self, parity: int, attributes: tuple[str, ...], call_back: Callable[..., Any]
    ) -> None:
        self.parity, self.next = parity, 2 + parity
        self.attributes, self.call_back = attributes, call_back
        self.known: dict[int, Known] = {}
        self.ids: dict[int, int] = {}  # number of a known object by its id
        self.turn = 0
        self.raw: list[Any] = []  # memory to be sent
        self.memory: list[list[int]] = []  # its numbers and sizes
        self.owners: list[Any] = []  # arrays that are sent as there are views of them
        self.fresh: dict[int, bytes] = {}  # memory of arrays that are to come
        self.filled: list[Any] = []  # dicts and lists that have come, and may hold each other
        self.depth = self.weight = 0  # levels and bytes of what is being taken

    # --- what is known ---

    def know(
        self, value: Any, number: int | None = None, content: Any = None, owner: int = 0
    ) -> int:
        """Give an object a number, or note the one that it has been given."""
        if number is None:
            number, self.next = self.next, self.next + 2
        self.known[number] = Known(value, self.turn, content, owner)
        self.ids[id(value)] = number
        return number

    def number_of(self, value: Any) -> int | None:
        """The number of an object that both sides know."""
        number = self.ids.get(id(value))
        if number is not None:
            self.touch(number)
        return number

    def touch(self, number: int) -> None:
        """Note that a known object is met in this call, with what it holds."""
        known = self.known[number]
        if known.touched == self.turn:
            return
        known.touched = self.turn
        if known.owner:
            self.touch(known.owner)
        if isinstance(known.value, dict | list):
            for entry in known.value.values() if isinstance(known.value, dict) else known.value:
                self.number_of(entry)

    def forget(self, number: int) -> None:
        """Know an object no longer."""
        known = self.known.pop(number, None)
        if known is not None:
            del self.ids[id(known.value)]

    def forget_old(self) -> list[int]:
        """Forget the objects that nobody else holds, or that no call has met for a while.

        The answer may keep a function for as long as it is told to.
        """
        gone = []
        for number in [*self.known]:
            known = self.known[number]
            long_ago = self.turn - known.touched > KEEP and not lent(known.value)
            if long_ago or sys.getrefcount(known.value) <= ALONE:
                self.forget(number)
                gone.append(number)
        return gone

    def forget_new(self, before: int) -> None:
        """Forget what a call back has brought, unless there is a function among it."""
        new = [*islice(self.known, before, None)]
        if not any(lent(self.known[number].value) for number in new):
            for number in new:
                self.forget(number)

    # --- sending ---

    def compose(self, value: Any, **more: Any) -> tuple[bytes, list[Any]]:
        """A message: its JSON, and the memory that goes with it."""
        self.raw, self.memory, self.owners = [], [], []
        changed = []  # what holds other things than the other side knows
        for number, known in list(self.known.items()):
            content = known.content
            if type(content) is bytes:
                now = known.value.tobytes("A")
                if now != content:
                    known.content = now
                    self.send_memory(number, now)
            elif content is not None and not same_content(content, content_of(known.value)):
                changed.append(self.container(number, known.value))
        body = more | {"value": self.encoded(value, 0)}
        if self.owners:
            body["owners"] = self.owners
        if changed:
            body["changed"] = changed
        if self.memory:
            body["memory"] = self.memory
        return to_json(body).encode("ascii"), self.raw

    def send_memory(self, number: int, content: bytes) -> None:
        """Send memory along with the message."""
        self.memory.append([number, len(content)])
        self.raw.append(content)

    def encoded(self, value: Any, depth: int) -> Any:
        """A value as JSON; numbers and texts stand for themselves, all else is a tagged list."""
        kind = type(value)
        if value is None or kind is bool or kind is str or kind is float:
            return value
        if kind is int:
            return value if -HUGE < value < HUGE else ["o", 0, "int", {}, None, False]
        if depth > DEEPEST:
            return ["o", 0, kind.__name__, {}, None, False]
        if isinstance(value, np.generic):
            if value.dtype.kind not in KINDS:
                return ["o", 0, kind.__name__, {}, None, False]
            return ["n", value.dtype.str, value.tobytes().hex()]
        if (number := self.number_of(value)) is not None:
            return ["r", number]
        if kind is tuple:
            return ["t", [self.encoded(entry, depth + 1) for entry in value]]
        if isinstance(value, np.ndarray):
            return self.array(value, depth)
        if isinstance(value, dict | list):
            if kind not in (dict, list):
                value = dict(value) if isinstance(value, dict) else list(value)
            number = 0 if len(value) > SHARED else self.know(value)
            return self.container(number, value, depth)
        if isinstance(value, np.random.Generator):
            return self.container(self.know(value), value, depth)
        return self.other(value, depth)

    def container(self, number: int, value: Any, depth: int = 0) -> Any:
        """A dict, a list or a generator, with what it holds now."""
        if number:
            self.known[number].content = content_of(value)
        if isinstance(value, np.random.Generator):
            return ["g", number, state_of(value)]
        if isinstance(value, dict):
            keys, entries = (
                self.all_encoded([*value], depth),
                self.all_encoded([*value.values()], depth),
            )
            return ["d", number, keys, entries]
        return ["l", number, self.all_encoded(value, depth)]

    def all_encoded(self, values: list[Any], depth: int) -> list[Any]:
        """Values as JSON."""
        return values if plain(values) else [self.encoded(value, depth + 1) for value in values]

    def array(self, value: np.ndarray, depth: int) -> Any:
        """An array as a view of memory that both sides know."""
        if value.dtype.kind not in KINDS or value.dtype.hasobject:
            return ["O", list(value.shape)]
        if value.nbytes > LARGEST:
            return ["o", 0, "huge array", {}, None, False]
        original, writeable = value, value.flags.writeable
        if type(value) is not np.ndarray:
            value = value.view(np.ndarray)
        root = root_of(value)
        if root is None or root.nbytes > max(4 * value.nbytes, 1 << 20):
            root = value = value.copy()  # no memory that is worth to be shared
        owner = self.number_of(root)
        if owner is None:
            content = root.tobytes("A")
            owner = self.know(original if root is value else root, content=content)
            self.send_memory(owner, content)
            order = "C" if root.flags.c_contiguous else "F"
            said = ["a", owner, root.dtype.str, root.shape, order, writeable]
            if root is value:
                return said
            self.owners.append(said)
        offset = address(value) - address(root)
        number = self.know(original, owner=owner)
        return ["v", number, owner, value.dtype.str, value.shape, value.strides, offset, writeable]

    def other(self, value: Any, depth: int) -> Any:
        """A function or an iterator of the checks', or an object, told by what is asked of it."""
        if self.parity == CHECKS and getattr(value, "sent_whole", False):
            cells = [cell.cell_contents for cell in value.__closure__ or ()]
            held = tuple(cell if type(cell) is list else copied(cell) for cell in cells)
            code = marshal.dumps(value.__code__).hex()
            needs = imported(value.__code__, value.__globals__)
            return ["f", self.know(value), code, needs, self.encoded(held, depth + 1)]
        if self.parity == CHECKS and lent(value):
            return ["c", self.know(value), hasattr(value, "__next__")]
        for kind in (str, int, float):
            if isinstance(value, kind):
                return self.encoded(kind(value), depth)
        found = {name: getattr(value, name) for name in self.attributes if hasattr(value, name)}
        if isinstance(value, tuple) and not found:
            return ["t", [self.encoded(entry, depth + 1) for entry in value]]
        attributes = {name: self.encoded(entry, depth + 1) for name, entry in found.items()}
        entries, iterates = None, hasattr(value, "__iter__")
        if iterates and hasattr(value, "__len__") and len(value) <= LONGEST:
            entries = [self.encoded(entry, depth + 1) for entry in value]
        number = self.know(value) if iterates else 0
        return ["o", number, type(value).__name__, attributes, entries, iterates]

    # --- receiving ---

    def take(self, body: dict[str, Any], raw: bytes) -> Any:
        """What a message holds; raises Malformed for what is none."""
        self.filled, self.depth, self.weight = [], 0, 0
        try:
            self.take_memory(body.get("memory", []), raw)
            for said in (*body.get("owners", []), *body.get("changed", [])):
                self.decoded(said)
            value = self.decoded(body["value"])
            for filled in self.filled:
                self.weigh(filled)
            return value
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise Malformed(f"{type(error).__name__}: {error}") from error
        except RecursionError as error:
            raise Malformed("nested too deeply") from error

    def take_memory(self, memory: list[list[int]], raw: bytes) -> None:
        """Note new memory, and write into memory that is known."""
        at, self.fresh = 0, {}
        for number, size in memory:
            content = raw[at : at + size]
            at += size
            if size < 0 or len(content) != size:
                raise ValueError("memory that was not sent")
            known = self.known.get(number)
            if known is None:
                self.fresh[number] = content
            elif type(known.content) is bytes and len(known.content) == size:
                if self.may_change(number, known):
                    write(known.value, content)
                    expect_text(known.value)
                    known.content = content
            else:
                raise ValueError("memory of another size")

    def adopt(self, number: Any, value: Any, content: Any = None, owner: int = 0) -> int:
        """Note an object under the number that the other side has given it."""
        if type(number) is not int or number in self.known or number % 2 == self.parity:
            raise ValueError("an object with a wrong number")
        return self.know(value, number, content, owner)

    def may_change(self, number: int, known: Known) -> bool:
        """Whether the other side may change an object now.

        The answer may change what it has made, and what the checks have given it for this call.
        """
        return self.parity == ANSWER or number % 2 == ANSWER or known.touched == self.turn

    def decoded(self, said: Any) -> Any:
        """A value from its JSON."""
        if type(said) is not list:
            if type(said) is dict or (type(said) is int and not -HUGE < said < HUGE):
                raise ValueError("no value")
            return said
        if said[0] not in TAGS:
            raise ValueError(f"no such tag: {said[:1]}"[:60])
        build = getattr(self, f"from_{said[0]}")
        self.depth += 1
        if self.depth > DEEPEST + 2:
            raise ValueError("nested too deeply")
        value = build(*said[1:])
        self.depth -= 1
        return value

    def weigh(self, value: Any, depth: int = 0) -> None:
        """Count the bytes of copies: what holds another thing many times may be as good as endless.

        The same is said of what holds itself.
        """
        inner = value.values() if isinstance(value, dict) else value
        if isinstance(value, np.ndarray):
            self.weight += value.nbytes
        elif isinstance(value, dict | list | tuple):
            self.weight += 64 * (1 + len(value))
            for entry in inner:
                if isinstance(entry, np.ndarray | dict | list | tuple):
                    self.weigh(entry, depth + 1)
        if self.weight > MOST_RAW or depth > DEEPEST:
            raise ValueError("it holds too much")

    def from_r(self, number: int) -> Any:
        """An object that is known."""
        self.touch(number)
        value = self.known[number].value
        self.weigh(value)
        return value

    def from_n(self, dtype: str, raw: str) -> Any:
        """A number of NumPy's."""
        value = np.frombuffer(bytes.fromhex(raw), plain_dtype(dtype))
        expect_text(value)
        return value[0]

    def from_t(self, entries: list[Any]) -> tuple[Any, ...]:
        """A tuple."""
        return tuple(map(self.decoded, entries))

    def from_l(self, number: int, entries: list[Any]) -> list[Any]:
        """A list, new or known."""
        value = self.held(number, list)
        self.fill(number, value, lambda: value.extend(self.all_decoded(entries)))
        return value

    def from_d(self, number: int, keys: list[Any], entries: list[Any]) -> dict[Any, Any]:
        """A dict, new or known."""
        value = self.held(number, dict)

        def fill() -> None:
            names = self.all_decoded(keys)
            value.update(zip(names, self.all_decoded(entries), strict=True))

        self.fill(number, value, fill)
        return value

    def all_decoded(self, said: list[Any]) -> Iterable[Any]:
        """Values from their JSON."""
        if type(said) is not list:
            raise ValueError("no values")
        return said if plain(said) else map(self.decoded, said)

    def held(self, number: int, kind: type) -> Any:
        """A known list or dict, or a new one."""
        if not number:
            return kind()
        if number not in self.known:
            return self.known[self.adopt(number, kind())].value
        value = self.known[number].value
        if type(value) is not kind:
            raise ValueError("an object of another type")
        return value

    def fill(self, number: int, value: Any, fill: Callable[[], None]) -> None:
        """Let a list or a dict hold what has come, if the other side may change it."""
        if number and not self.may_change(number, self.known[number]):
            return
        value.clear()
        fill()
        if number:
            self.filled.append(value)
            self.known[number].content = content_of(value)

    def from_g(self, number: int, said: list[Any]) -> np.random.Generator:
        """A generator, new or known, in the state that it has there."""
        name, state = said
        if number not in self.known:
            bits = getattr(np.random, name if name in BITS else "")(0)
            self.adopt(number, np.random.Generator(bits))
        known = self.known[number]
        if type(known.value) is not np.random.Generator:
            raise ValueError("an object of another type")
        if self.may_change(number, known):
            known.value.bit_generator.state = within(unlisted(state))
            known.content = content_of(known.value)
        return known.value

    def from_a(
        self, number: int, dtype: str, shape: list[int], order: str, writeable: bool
    ) -> np.ndarray:
        """An array with memory of its own."""
        content, kind, lengths = self.fresh.pop(number), plain_dtype(dtype), lengths_of(shape)
        if math.prod(lengths) * kind.itemsize != len(content):
            raise ValueError("an array of another size")
        value: np.ndarray = np.ndarray(
            lengths, kind, bytearray(content), order="F" if order == "F" else "C"
        )
        expect_text(value)
        self.weight += len(content)
        if not writeable:
            value.flags.writeable = False
        self.adopt(number, value, content)
        return value

    def from_v(
        self,
        number: int,
        owner: int,
        dtype: str,
        shape: list[int],
        strides: list[int],
        offset: int,
        writeable: bool,
    ) -> np.ndarray:
        """An array that is a view of another one's memory."""
        root, kind = self.known[owner], plain_dtype(dtype)
        if type(root.content) is not bytes or (kind.kind == "U") != (root.value.dtype.kind == "U"):
            raise ValueError("a view of what is no array")
        if math.prod(lengths_of(shape)) * kind.itemsize > LARGEST:
            raise ValueError("an array that is too large")
        self.touch(owner)
        # NumPy itself looks that no entry lies outside
        value: np.ndarray = np.ndarray(
            tuple(shape),
            kind,
            root.value.T if root.value.flags.fnc else root.value,
            offset,
            tuple(strides),
        )
        expect_text(value)
        self.weigh(value)
        value.flags.writeable = bool(writeable) and value.flags.writeable
        self.adopt(number, value, owner=owner)
        return value

    def from_O(self, shape: list[int]) -> np.ndarray:
        """An array of objects, which are not sent."""
        if math.prod(lengths_of(shape)) > LONGEST:
            raise ValueError("an array that is too large")
        return np.full(tuple(shape), None, object)

    def from_c(self, number: int, iterates: bool) -> Any:
        """A function or an iterator of the checks'."""
        if self.parity == CHECKS:
            raise ValueError("a function of the answer's")
        far = self.far_items(number) if iterates else partial(self.far_call, number)
        self.adopt(number, far)
        return far

    def from_f(self, number: int, code: str, needs: dict[str, list[str]], held: Any) -> Any:
        """A function of the checks', sent whole."""
        if self.parity == CHECKS:
            raise ValueError("a function of the answer's")
        cells = tuple(map(CellType, self.decoded(held)))
        there = {"__builtins__": builtins}
        for name, (module, attribute) in needs.items():
            found = import_module(module)
            there[name] = getattr(found, attribute) if attribute else found
        function = FunctionType(marshal.loads(bytes.fromhex(code)), there, closure=cells)
        self.adopt(number, function)
        return function

    def far_call(self, number: int, /, *arguments: Any, **options: Any) -> Any:
        """Call a function that lives on the other side."""
        return self.call_back(number, arguments, options)

    def far_items(self, number: int) -> Iterator[Any]:
        """What an iterator on the other side gives."""
        while found := self.call_back(number, (), {}):
            yield found[0]

    def from_o(
        self, number: int, name: str, attributes: dict[str, Any], entries: Any, iterates: bool
    ) -> Record:
        """Another object of the answer's."""
        if not isinstance(name, str) or not set(attributes) <= set(self.attributes):
            raise ValueError("no object")
        base = Sequence if entries is not None else Iterating if iterates else Record
        record: Record = record_type(name[:60], base)()
        vars(record).update({key: self.decoded(value) for key, value in attributes.items()})
        if entries is not None:
            vars(record)["entries"] = [self.decoded(entry) for entry in entries]
        if number:
            record.number = self.adopt(number, record)
        return record


TAGS = frozenset("rntldgavOcfo")
PLAIN = {str, float, bool, type(None)}  # in JSON they stand for themselves
BITS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


def write(root: np.ndarray, content: bytes) -> None:
    """Write into memory that is known."""
    if root.flags.writeable and content:
        whole = root if root.flags.c_contiguous else root.T
        np.ndarray((len(content),), np.uint8, whole)[:] = np.frombuffer(content, np.uint8)


def root_of(value: np.ndarray) -> np.ndarray | None:
    """The array whose memory a view is of; None if it is not in one piece."""
    root = value
    while isinstance(root.base, np.ndarray):
        root = root.base
    if type(root) is not np.ndarray:
        root = root.view(np.ndarray)
    whole = root.flags.c_contiguous or root.flags.f_contiguous
    return root if whole and root.dtype.kind in KINDS else None


def imported(code: CodeType, there: dict[str, Any]) -> dict[str, list[str]]:
    """Where the modules and functions are from that a function finds by their names."""
    found: dict[str, list[str]] = {}
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            found |= imported(inner, there)
    for name in code.co_names:
        value = there.get(name)
        if isinstance(value, ModuleType):
            found[name] = [value.__name__, ""]
        elif isinstance(value, FunctionType):
            found[name] = [value.__module__, value.__name__]
    return found


@lru_cache(maxsize=100)
def record_type(name: str, base: type[Record]) -> type[Record]:
    """A type of records that has the name of another type."""
    return type("".join(c for c in name if c.isprintable()) or "object", (base,), {})


def lent(value: Any) -> bool:
    """Whether something of the checks' is not sent, but called or asked for the next from there."""
    return callable(value) or hasattr(value, "__next__")


def address(value: np.ndarray) -> int:
    """Where an array begins."""
    return int(value.__array_interface__["data"][0])


def lengths_of(shape: Any) -> tuple[int, ...]:
    """A shape as it came; raises ValueError for what is none."""
    if type(shape) is not list or len(shape) > MOST_AXES:
        raise ValueError("no shape")
    for length in shape:
        if type(length) is not int or not 0 <= length <= LARGEST:
            raise ValueError("no shape")
    return tuple(shape)


@lru_cache(maxsize=100)
def plain_dtype(name: Any) -> np.dtype[Any]:
    """A type of numbers or texts, no other."""
    if not isinstance(name, str) or len(name) > LONGEST_DTYPE:
        raise ValueError("no type")
    dtype = np.dtype(name)
    if dtype.kind not in KINDS or not dtype.itemsize:
        raise ValueError("a type that is not sent")
    return dtype


def content_of(value: Any) -> list[Any] | str:
    """What a dict, a list or a generator holds now."""
    if isinstance(value, np.random.Generator):
        return to_json(state_of(value))
    return [*value, *value.values()] if isinstance(value, dict) else [*value]


def same_content(before: list[Any] | str, now: list[Any] | str) -> bool:
    """Whether two contents are the very same objects, or a generator's state."""
    if isinstance(now, str):
        return before == now
    return len(before) == len(now) and all(map(is_, before, now))


def plain(values: list[Any]) -> bool:
    """Whether all values stand for themselves in JSON."""
    kinds = set(map(type, values))
    if int in kinds:
        return kinds == {int} and -HUGE < min(values) and max(values) < HUGE
    return kinds <= PLAIN


def state_of(rng: np.random.Generator) -> list[Any]:
    """The kind and the state of a generator, as JSON can hold it."""
    return [type(rng.bit_generator).__name__, listed(rng.bit_generator.state)]


def listed(state: Any) -> Any:
    """A state without arrays."""
    if isinstance(state, dict):
        return {key: listed(value) for key, value in state.items()}
    return {"array": state.dtype.str, "of": state.tolist()} if hasattr(state, "dtype") else state


def unlisted(state: Any) -> Any:
    """A state with its arrays."""
    if isinstance(state, dict) and set(state) == {"array", "of"}:
        return np.array(state["of"], plain_dtype(state["array"]))
    if isinstance(state, dict):
        return {key: unlisted(value) for key, value in state.items()}
    return state


def expect_text(value: np.ndarray) -> None:
    """Raise ValueError for an array of texts with numbers that no character has."""
    if value.dtype.kind == "U" and value.size:
        codes = np.ascontiguousarray(value).ravel().view(f"{value.dtype.str[0]}u4")
        if codes.max() > sys.maxunicode:
            raise ValueError("no text")


def within(state: Any) -> Any:
    """A generator's state whose position is one in its buffer: NumPy does not look at that."""
    position = state.get("buffer_pos", 0), state["state"].get("pos", 0)
    if not (position[0] in range(5) and position[1] in range(625)):
        raise ValueError("no state of a generator")
    return state
