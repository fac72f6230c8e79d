# SPDX-License-Identifier: BSD-3-Clause
"""Libraries, drivers and apps as their TOML says them; wrong ones are named clearly."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from uk_board.build.catalogue import load_catalogue
from uk_board.build.component import app_names, load_app
from uk_board.build.plan import Plan, make_plan
from uk_board.errors import DescriptorError, UsageError
from uk_board.facts.board import Board

BAD = Path(__file__).parent / "bad"
# Where the bad file goes in the small tree, and which app is planned then.
PLACES = {
    "apps": ("apps/bad/app.toml", "bad"),
    "drivers": ("drivers/sensor/bad/driver.toml", "small"),
    "libs": ("shim/bad/lib.toml", "small"),
}


def plan(root: Path, board: Board, app: str) -> Plan:
    return make_plan(root, load_catalogue(root), board, load_app(app, root))


def use_everything(root: Path) -> None:
    """Let the app `small` use whatever a bad file stands for, if it is there."""
    (root / "shim/freertos").mkdir(parents=True)
    (root / "shim/freertos/lib.toml").write_text('caption = "A shim"\n')
    libs = '"bad"' if (root / "shim/bad").is_dir() else ""
    drivers = '"bad"' if (root / "drivers").is_dir() else ""
    (root / "apps/small/app.toml").write_text(
        f'caption = "A"\nlibs = [{libs}]\ndrivers = [{drivers}]\n'
    )


@pytest.mark.parametrize(
    "file", sorted(BAD.glob("[adl]*/*.toml")), ids=lambda file: f"{file.parent.name}-{file.stem}"
)
def test_a_wrong_file_is_refused_with_its_message(
    file: Path, small_tree: Path, small_board: Board
) -> None:
    place, app = PLACES[file.parent.name]
    target = small_tree / place
    target.parent.mkdir(parents=True)
    shutil.copy(file, target)
    (target.parent / "main.c").write_text("int main(void) { return 0; }\n")
    use_everything(small_tree)
    message = file.read_text().splitlines()[1].removeprefix("# ")
    with pytest.raises(DescriptorError, match=re.escape(message)) as caught:
        plan(small_tree, small_board, app)
    assert str(target) in str(caught.value)


def test_every_kind_of_bad_file_is_tried() -> None:
    assert {file.parent.name for file in BAD.glob("[adl]*/*.toml")} == set(PLACES)


def test_a_host_test_is_no_source(small_tree: Path) -> None:
    uart = load_catalogue(small_tree).drivers["uart"]
    assert [file.name for file in uart.sources] == ["uart.c"]


def test_a_library_brings_what_it_depends_on_once(small_tree: Path, small_board: Board) -> None:
    for name, depends in (("a", "b"), ("b", "a"), ("c", "b")):
        folder = small_tree / "unikraft-port/lib" / name
        folder.mkdir(parents=True)
        (folder / "lib.toml").write_text(f'caption = "x"\ndepends = ["{depends}"]\n')
    (small_tree / "apps/small/app.toml").write_text('caption = "x"\nlibs = ["c", "a"]\n')
    names = [library.name for library in plan(small_tree, small_board, "small").libraries]
    assert sorted(names) == ["a", "b", "c", "core"]


def test_an_unused_driver_is_not_built(small_tree: Path, small_board: Board) -> None:
    spare = small_tree / "unikraft-port/soc/spare"
    shutil.copytree(small_tree / "unikraft-port/soc/uart", spare)
    (spare / "driver.toml").write_text('caption = "x"\nclass = "serial"\ncompatible = ["t,s"]\n')
    names = [driver.name for driver in plan(small_tree, small_board, "small").drivers]
    assert names == ["intc", "uart", "pm"]


def test_two_components_of_one_name_are_refused(small_tree: Path) -> None:
    shutil.copytree(small_tree / "unikraft-port/soc/uart", small_tree / "drivers/serial/uart")
    with pytest.raises(DescriptorError, match=r"/soc/uart: the name is taken by .*/uart; each"):
        load_catalogue(small_tree)


def test_a_driver_in_drivers_has_the_freertos_api(small_tree: Path) -> None:
    folder = small_tree / "drivers/sensor/hot"
    folder.mkdir(parents=True)
    (folder / "driver.toml").write_text('caption = "x"\nclass = "sensor"\ncompatible = []\n')
    catalogue = load_catalogue(small_tree)
    assert catalogue.drivers["hot"].depends == ("freertos",)
    assert catalogue.drivers["uart"].depends == ()


def test_the_config_of_an_app_changes_the_defaults(small_tree: Path, small_board: Board) -> None:
    (small_tree / "apps/small/app.toml").write_text('caption = "x"\n[config]\nCONFIG_B = false\n')
    config = plan(small_tree, small_board, "small").config
    assert config == {"CONFIG_A": 1, "CONFIG_B": False, "CONFIG_C": "text"}


def test_a_folder_without_app_toml_says_what_to_write(small_tree: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(UsageError, match=r"try: write .*/mine/app\.toml"):
        load_app(tmp_path / "mine", small_tree)


def test_the_apps_of_a_tree_are_listed(small_tree: Path) -> None:
    assert app_names(small_tree) == ["small"]
