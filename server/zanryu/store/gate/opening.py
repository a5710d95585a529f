"""Opening the gate over a dataset's shapes: by its process, or by a command while no server runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zanryu.graph.derivation import Deriver
from zanryu.graph.validation import read_shapes
from zanryu.graph.validation.incremental import IncrementalValidator
from zanryu.store.gate.gate import Gate

if TYPE_CHECKING:
    from pathlib import Path

    from zanryu.graph.sources import Dataset
    from zanryu.store.worker import Snapshot


def open_gate(home: Path, base: Snapshot, dataset: Dataset) -> Gate:
    """Open the live data in ``home``, over the build ``base``; see :class:`.gate.Gate`.

    :raises InvalidShapes: if the shapes cannot validate anything.
    """
    reifier_shapes = dataset.rdf12_shape_files()
    validator = IncrementalValidator(
        read_shapes(dataset.shape_files()), read_shapes(reifier_shapes) if reifier_shapes else None, dataset
    )
    return Gate(home, base, Deriver(), validator)
