"""The pictures: their numbers are up to date, and the files are the same on every run."""

import re
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from reference.pictures import __main__ as command
from reference.pictures import curve, network, style, tables, unrolled
from reference.pictures.tables import PICTURES, Table
from reference.program.cli import UserError

LARGEST = 150_000  # bytes of a picture


@pytest.fixture(scope="module")
def computed():
    """Every picture's module, with its numbers computed once."""
    modules = {name: tables.picture(name) for name in PICTURES}
    return {
        name: SimpleNamespace(numbers=cache(module.numbers), draw=module.draw)
        for name, module in modules.items()
    }


@pytest.fixture
def copy(tmp_path, monkeypatch, computed):
    """A copy of the committed tables, which the program takes for its own."""
    monkeypatch.setattr(tables, "picture", computed.get)
    for name in PICTURES:
        source = tables.FOLDER / f"{name}.csv"
        (tmp_path / source.name).write_bytes(source.read_bytes())
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    return tmp_path


def test_every_picture_has_its_table_and_is_small():
    files = {path.name for path in tables.FOLDER.iterdir()}
    assert files == {f"{name}.{kind}" for name in PICTURES for kind in ("csv", "svg")}
    for name in PICTURES:
        picture = (tables.FOLDER / f"{name}.svg").read_bytes()
        assert len(picture) < LARGEST
        assert b"\r" not in picture and b"<dc:date>" not in picture
    assert network.FILE.stat().st_size < 60_000


def test_the_committed_numbers_are_up_to_date(capsys):
    command.main(["--check"])
    assert f"All {len(PICTURES)} pictures" in capsys.readouterr().out


def with_a_changed_digit(text, row):
    """The CSV with the first digit that counts of a row's last number changed."""
    lines = text.splitlines(keepends=True)
    before, number = lines[row].rsplit(",", 1)
    place = re.search(r"[1-9]|0$", number).start()
    digit = (int(number[place]) + 1) % 10
    lines[row] = f"{before},{number[:place]}{digit}{number[place + 1 :]}"
    return "".join(lines)


@pytest.mark.parametrize("name", [name for name in PICTURES if name != "unrolled"])
def test_one_changed_digit_is_noticed(name, copy, monkeypatch):
    monkeypatch.setattr(tables, "PICTURES", (name,))
    path = copy / f"{name}.csv"
    row = 1 if name == "differences" else -1  # its last rows are rounding error
    text = with_a_changed_digit(path.read_text(encoding="utf-8"), row)
    path.write_text(text, encoding="utf-8", newline="\n")
    with pytest.raises(SystemExit) as stopped:
        command.main(["--check"])
    assert f"docs/pictures/{name}.csv:" in str(stopped.value)


def test_text_that_changed_a_missing_row_and_a_missing_file_are_noticed(copy, monkeypatch):
    monkeypatch.setattr(tables, "PICTURES", ("unrolled", "window", "lags"))
    assert tables.differences() == []
    table = unrolled.numbers()
    tables.write(Table(table.header, table.rows[:-1]), copy / "unrolled.csv")
    text = (copy / "window.csv").read_text(encoding="utf-8").replace("d,", "D,")
    (copy / "window.csv").write_text(text, encoding="utf-8", newline="\n")
    (copy / "lags.csv").unlink()
    assert tables.differences() == ["unrolled.csv", "window.csv", "lags.csv"]


def test_a_number_may_lie_off_by_its_tolerance_or_its_allowance_alone():
    table = Table(["a", "b"], [["x", 2.0], ["y", 1e-9]], {"b": [0.0, 1e-8]})
    assert tables.same([["a", "b"], ["x", "2.000001"], ["y", "5e-9"]], table)
    assert not tables.same([["a", "b"], ["x", "2.00001"], ["y", "5e-9"]], table)
    assert not tables.same([["a", "b"], ["x", "2"], ["y", "5e-8"]], table)
    assert not tables.same([["a", "b"], ["x", "nan"], ["y", "1e-9"]], table)
    assert not tables.same([["a", "b"], ["x", "two"], ["y", "1e-9"]], table)


def test_making_them_twice_gives_the_same_files(copy):
    def files():
        for name in PICTURES:
            command.make(name)
        return {path.name: path.read_bytes() for path in copy.iterdir()}

    assert files() == files()


def test_a_picture_is_drawn_from_its_table_alone():
    table = Table(
        ["series", "step", "smoothed loss"], [["recorded", 0, 7.0], ["published", 1, 9.0]]
    )
    with style.applied():
        axes = curve.draw(table).axes[0]
    assert [line.get_ydata()[0] for line in axes.lines] == [7.0, 9.0]


def test_missing_weights_are_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(network, "FILE", tmp_path / "small_network.npz")
    network.small_network.cache_clear()
    with pytest.raises(UserError, match="--train"):
        network.small_network()


def test_a_kept_network_is_replaced_only_if_that_is_said(tmp_path, monkeypatch):
    kept = tmp_path / "small_network.npz"
    kept.write_bytes(b"kept")
    monkeypatch.setattr(network, "FILE", kept)
    with pytest.raises(UserError, match=r"holds the network .* add --force to replace it"):
        command.main(["--train"])
    assert kept.read_bytes() == b"kept"
    trained = []
    monkeypatch.setattr(command, "train_small_network", lambda replacing: trained.append(replacing))
    monkeypatch.setattr(tables, "PICTURES", ())
    command.main(["--train", "--force"])
    assert trained == [True]
    with pytest.raises(SystemExit):
        command.main(["--force"])


def test_the_small_network_is_made_by_its_function(tmp_path, monkeypatch, novel):
    monkeypatch.setattr(network, "FILE", tmp_path / "small_network.npz")
    part = replace(novel, indices=novel.indices[:2_000])
    monkeypatch.setattr(network, "load_corpus", lambda _: part)
    monkeypatch.setattr(network, "HIDDEN", 2)
    monkeypatch.setattr(network, "EPOCHS", 1)
    network.train_small_network()
    with np.load(tmp_path / "small_network.npz") as file:
        assert file["U"].shape == (2, 81) and file["U"].dtype == np.float32
        assert "".join(map(chr, file["vocabulary"])) == novel.characters
