"""Which office stands out: by the shrunk mean, so that luck seldom decides.

Of offices that are as good as all others, with ten ratings each, the raw mean puts a
quarter 0.3 below the mean of all; shrunk with the weight of twenty it is a few in a
hundred. `manage.py simulate_feedback` counts both; figures in docs/feedback.md.
"""

from feedback.reference import shrunk

# So far below the mean of all offices that somebody should look.
BELOW = 0.3


def flagged(office_sum: float, n: int, parent_mean: float) -> bool:
    """Is an office with `n` ratings, which add up to `office_sum`, below the average?

    `parent_mean`: of the same categories in the whole organisation, 1 to 5.
    """
    return n > 0 and shrunk(office_sum, n, parent_mean) < parent_mean - BELOW
