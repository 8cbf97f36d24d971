"""An answer that its check contradicts is withheld, whatever the command."""

from __future__ import annotations

from dlmath.answer import FAILED, REFUTED, Answer, Check
from dlmath.cli.job import Job
from dlmath.cli.options import Common
from dlmath.expression.graph import number
from dlmath.limits.frames import Line
from dlmath.render.plain import answer_text


def test_a_failed_check_withholds_the_answer() -> None:
    def wrong(_given: object) -> Answer:
        check = Check("another route", FAILED, "it is 4")
        return Answer("dot", result=number(5), value=5, checks=[check])

    job = Job("dot", wrong, {}, {}, Common(), symbolic=False)
    answer = job.computed(Line(), lambda _done, _text: None)
    assert answer.status == REFUTED
    assert answer_text(answer) == "" and int(answer.code) == 1
