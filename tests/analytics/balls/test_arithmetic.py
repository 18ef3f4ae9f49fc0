"""The precision of flint is the caller's again, whatever happens inside."""

from __future__ import annotations

from threading import Thread

import flint
import pytest

from analytics.balls.arithmetic import flint_precision


def test_the_precision_is_put_back() -> None:
    before = flint.ctx.prec
    with flint_precision(before + 100):
        with flint_precision(before + 7):
            assert flint.ctx.prec == before + 7
        assert flint.ctx.prec == before + 100
    assert flint.ctx.prec == before
    with pytest.raises(ZeroDivisionError), flint_precision(77):
        raise ZeroDivisionError
    assert flint.ctx.prec == before


def test_a_precision_that_flint_refuses_keeps_no_other_thread_waiting() -> None:
    before = flint.ctx.prec
    with pytest.raises((ValueError, TypeError, OverflowError)), flint_precision("many"):  # type: ignore[arg-type]
        pass
    seen: list[int] = []

    def look() -> None:
        with flint_precision(99):
            seen.append(flint.ctx.prec)

    other = Thread(target=look, daemon=True)
    other.start()
    other.join(60)
    assert seen == [99]
    assert flint.ctx.prec == before
