"""What a class handed in is read whole, in whatever form, and nothing leads out of it."""

import io
import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from lessons.grading.classes import submissions
from lessons.grading.judging import LARGEST
from reference.program.cli import UserError


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of some files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def written(folder: Path, files: dict[str, bytes]) -> Path:
    """A folder with some files."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def found(path: Path) -> dict[str, dict[str, bytes]]:
    """Names and files of the submissions."""
    return {one.name: one.files for one in submissions.read(path).submissions}


FORMS = {
    "folders": (
        {"alice/backward.py": b"a", "bob/backward.py": b"b", "bob/notes.txt": b"", "bob/x.py": b""},
        {"alice": {"backward.py": b"a"}, "bob": {"backward.py": b"b"}},
    ),
    "folders in an export": (
        {"export/alice/src/loss.py": b"a", "export/bob/loss.py": b"b", "__MACOSX/._loss.py": b"x"},
        {"alice": {"loss.py": b"a"}, "bob": {"loss.py": b"b"}},
    ),
    "parts": (
        {"alice/one/loss.py": b"1", "alice/two/loss.py": b"2", "bob/loss.py": b"b"},
        {"alice/one": {"loss.py": b"1"}, "alice/two": {"loss.py": b"2"}, "bob": {"loss.py": b"b"}},
    ),
    "copies of the course": (
        {
            "alice/lessons/03_loss/loss.py": b"a",
            "alice/lessons/04_backward/backward.py": b"a",
            "alice/reference/loss.py": b"the solution",
            "alice/tests/answers/loops/loss.py": b"right",
            "bob/unrolled/lessons/03_loss/loss.py": b"b",
            "bob/unrolled/loss.py": b"this counts",
        },
        {
            "alice": {"loss.py": b"a", "backward.py": b"a"},
            "bob": {"loss.py": b"this counts"},
        },
    ),
    "Moodle": (
        {
            "Ada L_12_assignsubmission_file_/loss.py": b"a",
            "Bo Li_13_assignsubmission_file_/loss.py": b"b",
            "Bo Li_14_assignsubmission_file_/hand/in.zip": zipped({"x/loss.py": b"c"}),
        },
        {
            "Ada L": {"loss.py": b"a"},
            "Bo Li_13_assignsubmission_file_": {"loss.py": b"b"},
            "Bo Li_14_assignsubmission_file_": {"loss.py": b"c"},
        },
    ),
    "Moodle, flat": (
        {
            "Ada L_12_assignsubmission_file_loss.py": b"a",
            "Bo_13_assignsubmission_file_loss.py": b"b",
        },
        {"Ada L": {"loss.py": b"a"}, "Bo": {"loss.py": b"b"}},
    ),
    "Canvas": (
        {
            "lovelaceada_12_345_loss.py": b"a",
            "lovelaceada_12_346_backward.py": b"old",
            "lovelaceada_12_347_backward-1.py": b"new",
            "liwei_LATE_13_348_loss.py": b"b",
            "liwei_LATE_14_349_hand_in.zip": zipped({"loss.py": b"c"}),
            "test_backward.py": b"nobody's",
        },
        {
            "liwei": {"loss.py": b"b"},
            "liwei_LATE_14_349_hand_in": {"loss.py": b"c"},
            "lovelaceada": {"loss.py": b"a", "backward.py": b"new"},
        },
    ),
    "Blackboard": (
        {
            "hw_ada_attempt_2026-11-01-10-11-12_loss.py": b"a",
            "hw_bo_attempt_2026-11-01-10-11-13_loss.py": b"b",
        },
        {"hw_ada": {"loss.py": b"a"}, "hw_bo": {"loss.py": b"b"}},
    ),
    "a name twice": (
        {"ada/loss.py": b"a", "ada.zip": zipped({"loss.py": b"z"}), "bo/loss.py": b""},
        {"ada": {"loss.py": b"a"}, "ada (2)": {"loss.py": b"z"}, "bo": {"loss.py": b""}},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_submissions_are_found_in_every_form_in_a_folder_and_in_a_zip(
    form: str, tmp_path: Path
) -> None:
    files, expected = FORMS[form]
    assert found(written(tmp_path / "in", files)) == expected
    (tmp_path / "in.zip").write_bytes(zipped(files))
    assert found(tmp_path / "in.zip") == expected


def test_one_folder_is_one_submission_by_its_own_name(tmp_path: Path) -> None:
    assert found(written(tmp_path / "ada", {"loss.py": b"a"})) == {"ada": {"loss.py": b"a"}}


def test_no_name_in_a_zip_leads_out_of_it_and_none_does_things(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("eve/loss.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    names = ("../../mallory/loss.py", "/etc/loss.py", "C:\\x\\loss.py", "a\x1b[31m\u202eb/loss.py")
    path = tmp_path / "in.zip"
    path.write_bytes(zipped(dict.fromkeys(names, b"x")))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    handed = submissions.read(path)
    names = {one.name for one in handed.submissions}
    assert names == {"mallory", "etc", "C:", "a\ufffd[31m\ufffdb"}
    assert handed.notes == ["eve/loss.py is a link, and was not followed."]
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes need rights there")
def test_links_and_pipes_are_not_read(tmp_path: Path) -> None:
    secret = written(tmp_path / "secret", {"loss.py": b"secret"})
    folder = written(tmp_path / "in", {"ada/forward.py": b"a", "bo/loss.py": b"b"})
    (folder / "ada" / "loss.py").symlink_to(secret / "loss.py")
    (folder / "cy").symlink_to(secret)
    os.mkfifo(folder / "ada" / "backward.py")
    handed = submissions.read(folder)
    ada, bo = handed.submissions
    assert (ada.files, bo.files) == ({"forward.py": b"a"}, {"loss.py": b"b"})
    assert ada.notes == ["backward.py is not a file.", "loss.py is a link, and was not followed."]
    assert handed.notes == ["cy is a link, and was not followed."]


def test_what_is_too_large_or_broken_is_left_out_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = zipped({"loss.py": bytes(50 * LARGEST)})
    assert len(bomb) < 100_000
    files = {
        "ada.zip": bomb,
        "bo/x.zip": b"no zip",
        "bo/loss.py": b"b",
        "cy/deep.zip": zipped({"deeper.zip": zipped({"loss.py": b"c"})}),
        "di/read.me": b"",
    }
    handed = submissions.read(written(tmp_path / "in", files))
    ada, bo = handed.submissions
    assert ada.files == {} and ada.notes == [
        "loss.py has more than 1,000,000 bytes, and was not read."
    ]
    assert bo.notes == ["x.zip cannot be read as a zip."]
    assert handed.notes == [
        "cy/deep.zip/deeper.zip is a zip inside two others, and was not opened."
    ]
    assert handed.empty == ["cy", "di"]
    monkeypatch.setattr(submissions, "MOST_READ", 10 * LARGEST)
    many = zipped({f"{k}/loss.py": bytes(LARGEST) for k in range(20)})
    (tmp_path / "many.zip").write_bytes(many)
    with pytest.raises(UserError, match="unpack to more than"):
        submissions.read(tmp_path / "many.zip")


@pytest.mark.parametrize("what", ["nothing", "empty", "text"])
def test_where_there_is_no_submission_one_sentence_says_so(what: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("no zip", encoding="utf-8")
    with pytest.raises(UserError, match=r"There is no|holds no submission|neither a folder nor"):
        submissions.read(tmp_path / what)
