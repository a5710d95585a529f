"""A built store of persons who are linked to real items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wikidata.linked_dataset import lay_out
from zanryu.config import Settings
from zanryu.store.build import build

if TYPE_CHECKING:
    from zanryu.graph.sources import Dataset


@pytest.fixture(scope="session")
def linked_dataset(small: Dataset, dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The dataset with the linked persons."""
    return lay_out(tmp_path_factory.mktemp("linked") / "linked", small, dataset)


@pytest.fixture(scope="session")
def linked_settings(linked_dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of its store, beside which nothing of Wikidata was read."""
    settings = Settings(store=tmp_path_factory.mktemp("linked-store") / "store")
    build(linked_dataset, settings)
    return settings
