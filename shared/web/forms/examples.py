"""How a day or an instant is typed, shown by one that suits the question: nobody is born or booked in March 2026."""

from shared.web.forms.description import Field, Kind

USUAL = {Kind.DATE: "For example, 9 3 2026", Kind.INSTANT: "For example, 9 3 2026 at 14 05 (London time)"}
OF_A_KIND = {
    (Kind.DATE, "birth"): "For example, 14 7 1962",
    (Kind.DATE, "ahead"): "For example, 9 3 2027",
    (Kind.INSTANT, "ahead"): "For example, 9 3 2027 at 14 05 (London time)",
}


def example(asked: Field) -> str:
    """Words for the hint of a question about a day or an instant; "" for every other question."""
    return OF_A_KIND.get((asked.kind, asked.date), USUAL.get(asked.kind, ""))
