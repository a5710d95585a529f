"""Indexes are made when a server begins, one after the other, and not of pages that are served no more."""

from __future__ import annotations

import threading

from flask import Flask

from zanryu.front.indexes import Indexes
from zanryu.store.index_keeping import INDEXES

SECONDS = 10


class Keeper:
    """Keeps nothing; ``begun`` is set when it was told to begin, and it ends when ``may_end`` is set."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def begin(self) -> threading.Thread:
        self.begun.set()
        thread = threading.Thread(target=self.may_end.wait, args=(SECONDS,))
        thread.start()
        return thread


def application(*keepers: Keeper) -> Flask:
    pages = Flask(__name__)
    pages.extensions[INDEXES] = list(keepers)
    return pages


def test_an_index_is_begun_when_the_one_before_it_is_made() -> None:
    first, second = Keeper(), Keeper()

    Indexes().begin(application(first, second))

    assert first.begun.wait(SECONDS)
    assert not second.begun.is_set()
    first.may_end.set()
    assert second.begun.wait(SECONDS)
    second.may_end.set()


def test_of_pages_that_others_took_the_place_of_none_is_begun_any_more() -> None:
    first, second, next_one = Keeper(), Keeper(), Keeper()
    indexes = Indexes()
    indexes.begin(application(first, second))
    assert first.begun.wait(SECONDS)

    indexes.begin(application(next_one))
    assert next_one.begun.wait(SECONDS)
    for keeper in (first, next_one):
        keeper.may_end.set()
    for thread in threading.enumerate():
        if thread.name == "zanryu indexes":
            thread.join(SECONDS)

    assert not second.begun.is_set()
