"""Lesson 5's known mistakes as edits of right answers."""

from tests.edits import Edited, Row

ZEROS = "grads = {key: np.zeros(params[key].shape) for key in params}"

EDITS: dict[str, Row] = {
    "forward_difference": Edited(
        "einsum",
        ("loss({**params, name: tensor - bump})", "(2 * step)"),
        ("loss(params)", "step"),
        fits="differences are central",
    ),
    "backward_difference": Edited(
        "loops",
        ("params[key][i, j] = before + step", "(step + step)"),
        ("params[key][i, j] = before", "step"),
    ),
    "divided_by_one_step": Edited(
        "loops", "(step + step)", "step", fits="linear functions are differentiated exactly"
    ),
    "divided_by_two_and_multiplied_by_step": Edited("unusual", "/ (2 * step)", "/ 2 * step"),
    "losses_the_wrong_way_round": Edited("loops", "high - low", "low - high"),
    "lower_point_is_x_again": Edited(
        "unusual",
        "values.append(loss(params))\n                tensor[index] = old\n",
        "tensor[index] = old\n                values.append(loss(params))\n",
    ),
    "another_slope": Edited("loops", "high - low", "high + low"),
    "five_points": Edited(
        "loops",
        (
            "line.append((high - low) / (step + step))",
            "                params[key][i, j] = before\n",
        ),
        (
            "line.append((8 * (high - low) - far) / (12 * step))",
            "                params[key][i, j] = before + 2 * step\n"
            "                far = loss(params)\n"
            "                params[key][i, j] = before - 2 * step\n"
            "                far -= loss(params)\n"
            "                params[key][i, j] = before\n",
        ),
    ),
    "another_default_step": Edited("einsum", "step=1e-5", "step=1e-4"),
    "step_ignored": Edited(
        "loops",
        "answer = {}",
        "answer, step = {}, 1e-5",
        fits="differences are central and use step as given",
    ),
    "step_of_its_own": Edited("unusual", "grads = {}", "grads, step = {}, 1e-3"),
    "step_relative_to_the_entry": Edited(
        "unusual",
        ("old = float(tensor[index])", "sign * step", "(2 * step)"),
        (
            "old = float(tensor[index])\n            h = step * max(1, abs(old))",
            "sign * h",
            "(2 * h)",
        ),
        fits="differences are central and use step as given",
    ),
    "moved_by_something_else": Edited(
        "loops",
        ("before - step", "before + step", "(step + step)"),
        ("before - step / 2", "before + step / 2", "step"),
    ),
    "step_added_back": Edited(
        "loops",
        (
            "params[key][i, j] = before - step\n                low",
            "params[key][i, j] = before + step\n                high",
            "params[key][i, j] = before\n",
        ),
        (
            "params[key][i, j] += step\n                high",
            "params[key][i, j] -= 2 * step\n                low",
            "params[key][i, j] += step\n",
        ),
        fits="params come back bit for bit",
    ),
    "params_not_restored": Edited(
        "unusual",
        ("list(np.ndindex(tensor.shape))[::-1]", "                tensor[index] = old\n"),
        ("np.ndindex(tensor.shape)", ""),
        fits="params come back bit for bit",
    ),
    "left_somewhere_else": Edited("loops", "                params[key][i, j] = before\n", ""),
    "only_the_first_tensor": Edited(
        "einsum",
        ("grads = {}", "    return grads"),
        (ZEROS, "        return grads"),
        fits="linear functions are differentiated exactly",
    ),
    "tensors_left_at_zero": Edited(
        "einsum", ("grads = {}", "params.items()"), (ZEROS, '[("c", params["c"])]')
    ),
    "tensors_left_out": Edited("loops", "for key in params:", 'for key in "UWV":'),
    "whole_tensors_moved": Edited(
        "einsum", "bump[k] = step", "bump[:] = step", fits="every entry is moved alone"
    ),
    "whole_rows_moved": Edited(
        "unusual",
        ("list(np.ndindex(tensor.shape))[::-1]", "float(tensor[index])"),
        ("range(len(tensor))", "tensor[index].copy()"),
    ),
    "rows_twice_in_place_of_columns": Edited(
        "unusual", "np.ndindex(tensor.shape)", "np.ndindex(len(tensor), min(tensor.shape))"
    ),
    "a_part_of_each_tensor": Edited(
        "unusual", "np.ndindex(tensor.shape)", "np.ndindex(len(tensor), 1)"
    ),
    "a_part_missing": Edited(
        "einsum", "for k in range(tensor.size)", "for k in range(tensor.size - 1)"
    ),
    "columns_first_filled_by_rows": Edited(
        "einsum", "bump.reshape(tensor.shape)", 'bump.reshape(tensor.shape, order="F")'
    ),
    "flat_result": Edited(
        "einsum", "grads[name] = grad.reshape(tensor.shape)", "grads[name] = grad"
    ),
    "gradients_in_the_arrays_of_params": Edited(
        "unusual", "wide[tuple(slice(None, None, 2) for _ in tensor.shape)]", "tensor"
    ),
    "loss_of_a_single_tensor": Edited(
        "einsum",
        ("{**params, name: tensor + bump}", "{**params, name: tensor - bump}"),
        ("tensor + bump", "tensor - bump"),
    ),
    "moved_there_and_back_in_shallow_copies": Edited(
        "loops",
        (
            "params[key][i, j] = before - step\n",
            "low = float(loss(params))",
            "params[key][i, j] = before + step\n",
            "high = float(loss(params))",
            "                params[key][i, j] = before\n",
        ),
        (
            "plus, minus = params.copy(), params.copy()\n",
            "plus[key][i, j] += step",
            "minus[key][i, j] -= step\n",
            "low, high = loss(minus), loss(plus)",
            "",
        ),
    ),
    "floor_added": Edited(
        "einsum",
        "max(floor, norm(ga) + norm(gn))",
        "(floor + norm(ga) + norm(gn))",
        fits="relative error uses floor as given",
    ),
    "floor_ignored": Edited(
        "einsum",
        "max(floor, norm(ga) + norm(gn))",
        "(norm(ga) + norm(gn))",
        fits="relative error uses floor as given",
    ),
    "floor_in_place_of_zero_only": Edited("loops", "if size > floor", "if size > 0"),
    "smaller_in_place_of_larger": Edited("unusual", "max(", "min("),
    "floor_of_its_own": Edited("unusual", "max(floor,", "max(1e-8,"),
    "another_default_floor": Edited("loops", "floor=1e-6", "floor=1e-8"),
    "difference_of_the_norms": Edited(
        "unusual", "np.linalg.norm(x - y)", "abs(np.linalg.norm(x) - np.linalg.norm(y))"
    ),
    "largest_entry_as_norm": Edited(
        "einsum", 'np.sqrt(np.einsum("i,i->", x.ravel(), x.ravel()))', "np.max(np.abs(x))"
    ),
    "squares_without_a_root": Edited(
        "loops",
        ("math.sqrt(a) + math.sqrt(n)", "math.sqrt(d) / size", "math.sqrt(d) / floor"),
        ("a + n", "d / size", "d / floor"),
    ),
    "spectral_norm": Edited(
        "unusual",
        ("norm(x - y)", "norm(x)", "norm(y)"),
        ("norm(x - y, 2)", "norm(x, 2)", "norm(y, 2)"),
    ),
    "another_norm": Edited(
        "unusual",
        ("norm(x - y)", "norm(x)", "norm(y)"),
        ("norm(x - y, 1)", "norm(x, 1)", "norm(y, 1)"),
    ),
    "divided_by_the_larger_norm": Edited(
        "loops", "math.sqrt(a) + math.sqrt(n)", "max(math.sqrt(a), math.sqrt(n))"
    ),
    "divided_by_the_norm_of_the_sum": Edited(
        "unusual", "np.linalg.norm(x) + np.linalg.norm(y)", "np.linalg.norm(x + y)"
    ),
    "another_error": Edited("loops", "math.sqrt(a) + math.sqrt(n)", "math.sqrt(a + n)"),
    "over_the_entries": Edited(
        "einsum",
        "norm(ga - gn) / max(floor, norm(ga) + norm(gn))",
        "np.mean(abs(ga - gn) / np.maximum(floor, abs(ga) + abs(gn)))",
    ),
    "one_error_for_each_column": Edited(
        "einsum", ('"i,i->", x.ravel(), x.ravel()', "max("), ('"ij,ij->j", x, x', "np.maximum(")
    ),
}
