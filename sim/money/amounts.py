"""Amounts of money: exact to the cent.

The rounding rule, the only one in this room: an amount is worked out in exact fractions and
rounded once, to the nearest cent, half a cent upwards (the rule of Regulation (EC) No 1103/97,
article 5, for sums in euros). What is divided is divided by the largest remainder, so parts
sum to the whole exactly. Totals are sums of lines and are never rounded again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
_HALF = Fraction(1, 2)
_NONE = Fraction(0)


def rounded(amount: Fraction) -> Decimal:
    """Euros to the nearest cent, half a cent upwards."""
    return of_cents(floor(amount * 100 + _HALF))


def rounded_down(amount: Fraction) -> Decimal:
    """Euros to the cent below."""
    return of_cents(floor(amount * 100))


def of_cents(cents: int) -> Decimal:
    """Euros from a whole number of cents."""
    return Decimal(cents).scaleb(-2)


def in_cents(amount: Decimal) -> int:
    """Cents of an amount that is whole in them."""
    return int(amount.scaleb(2))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, in euros and cents also where there is nothing to sum."""
    return of_cents(sum(in_cents(each) for each in amounts))


def divided(amount: Decimal, weights: Sequence[Fraction]) -> tuple[Decimal, ...]:
    """An amount in parts in proportion to weights, by the largest remainder.

    Each part is rounded down to the cent; the cents left go, one each, to the parts with the
    largest remainders (of equal ones to the first). `amount` is not negative, the weights
    neither, and one of them is above 0.
    """
    whole, sum_of_weights = in_cents(amount), sum(weights)
    exact = [whole * weight / sum_of_weights if weight else _NONE for weight in weights]
    parts = [floor(each) for each in exact]
    left = whole - sum(parts)
    if left:
        order = sorted(range(len(parts)), key=lambda k: (parts[k] - exact[k], k))
        for k in order[:left]:
            parts[k] += 1
    return tuple(of_cents(each) for each in parts)
