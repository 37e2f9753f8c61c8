"""Nothing vectorised: two loops over rows and columns, sums of squares in Python floats."""

import math

import numpy as np


def numerical_gradients(loss, params, step=1e-5):
    answer = {}
    for key in params:
        rows, columns = params[key].shape
        table = []
        for i in range(rows):
            line = []
            for j in range(columns):
                before = float(params[key][i, j])
                params[key][i, j] = before - step
                low = float(loss(params))
                params[key][i, j] = before + step
                high = float(loss(params))
                params[key][i, j] = before
                line.append((high - low) / (step + step))
            table.append(line)
        answer[key] = np.array(table)
    return answer


def relative_error(ga, gn, floor=1e-6):
    d = a = n = 0.0
    for x, y in zip(ga.flat, gn.flat):
        d += (float(x) - float(y)) ** 2
        a += float(x) ** 2
        n += float(y) ** 2
    size = math.sqrt(a) + math.sqrt(n)
    if size > floor:
        return math.sqrt(d) / size
    return math.sqrt(d) / floor
