"""Pathways folded lately, so that a click reads only what was written since. Never the truth: that is the table."""

from collections import OrderedDict

from shared.pathway.pathway import Pathway


class Shelf:
    """At most `places` folded pathways of this process; the one not touched for longest goes first.

    Only put here what is committed: a pathway taken from the shelf is believed up to its version.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._pathways: OrderedDict[tuple[str, str], Pathway] = OrderedDict()

    def take(self, trust: str, pathway_id: str) -> Pathway | None:
        found = self._pathways.get((trust, pathway_id))
        if found is not None:
            self._pathways.move_to_end((trust, pathway_id))
        return found

    def put(self, pathway: Pathway) -> None:
        """Keeps the newer of two versions."""
        place = (pathway.trust, pathway.id)
        known = self._pathways.get(place)
        if known is None or known.version < pathway.version:
            self._pathways[place] = pathway
        self._pathways.move_to_end(place)
        if len(self._pathways) > self._places:
            self._pathways.popitem(last=False)

    def drop(self, trust: str, pathway_id: str) -> None:
        self._pathways.pop((trust, pathway_id), None)
