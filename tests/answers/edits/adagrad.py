"""The known mistakes of lesson 6, as edits of right answers."""

from tests.edits import Edited, Row

# clip in einsum, loops and unusual
CHOSEN = "np.where(np.abs(g) > limit, np.sign(g) * limit, g)"
BOUNDS = "-limit, limit"

CLIP: dict[str, Row] = {
    "clipped_by_norm": Edited(
        "einsum",
        CHOSEN,
        "g * min(1.0, limit / np.sqrt(sum((x * x).sum() for x in grads.values())))",
        fits="clip leaves what is within the limit",
    ),
    "clipped_by_the_norm_of_each_array": Edited(
        "einsum", CHOSEN, "g * min(1.0, limit / np.linalg.norm(g))"
    ),
    "scaled_by_the_largest_entry": Edited(
        "einsum", CHOSEN, "g * min(1.0, limit / np.abs(g).max())"
    ),
    "clipped_only_above": Edited(
        "unusual", BOUNDS, "None, limit", fits="clip brings every entry within the limit"
    ),
    "clipped_only_below": Edited("unusual", BOUNDS, "-limit, None"),
    "negative_entries_set_to_0": Edited("unusual", BOUNDS, "0, limit"),
    "sign_lost": Edited("unusual", "np.clip(g", "np.clip(abs(g)"),
    "sign_lost_beyond_the_limit": Edited("einsum", "np.sign(g) * limit", "limit"),
    "entries_beyond_set_to_0": Edited("einsum", "np.sign(g) * limit", "0.0"),
    "every_entry_brought_to_the_limit": Edited("einsum", CHOSEN, "np.sign(g) * limit"),
    "squashed": Edited("einsum", CHOSEN, "limit * np.tanh(g / limit)"),
    "bounds_exchanged": Edited("unusual", BOUNDS, "limit, -limit"),
    "minus_forgotten": Edited("unusual", BOUNDS, "limit, limit"),
    "comparison_reversed": Edited("einsum", "np.abs(g) > limit", "np.abs(g) < limit"),
    "nothing_clipped": Edited("loops", "new[i, j] = value", "new[i, j] = g[i, j]"),
    "half_the_limit": Edited("unusual", BOUNDS, "-limit / 2, limit / 2"),
    "biases_not_clipped": Edited(
        "loops",
        "if value > limit:",
        'if key in "bc":\n                    pass\n                elif value > limit:',
    ),
    "limit_ignored": Edited("unusual", BOUNDS, "-5, 5"),
    "wrong_default_limit": Edited("unusual", "limit=5.0", "limit=1.0"),
    "clipped_in_place": Edited(
        "unusual", "= _wide(g.shape)", "= g", fits="arguments are left unchanged (clip)"
    ),
    "unclipped_arrays_not_copied": Edited(
        "einsum",
        CHOSEN,
        f"g if np.abs(g).max() <= limit else {CHOSEN}",
        fits="clip returns new arrays",
    ),
}

# init_memory in einsum
ZEROS = "np.full(p.shape, 0.0)"
START = f"(params):\n    return {{k: {ZEROS}"

MEMORY: dict[str, Row] = {
    "memory_of_the_first_call": Edited(
        "einsum",
        START,
        f"(params, kept={{}}):\n    return {{k: kept.setdefault((k, p.shape), {ZEROS})",
        fits="no two memories are the same array",
    ),
    "memory_shared_by_equal_shapes": Edited(
        "einsum",
        START,
        f"(params):\n    made = {{}}\n    return {{k: made.setdefault(p.shape, {ZEROS})",
        fits="no two memories are the same array",
    ),
    "memory_not_from_zero": Edited("einsum", ZEROS, "np.full(p.shape, 1.0)"),
    "memory_copied_from_params": Edited("einsum", ZEROS, "p.copy()"),
}

# adagrad_step, row by row in unusual and entry by entry in loops
G, M = "grads[name][row]", "memory[name][row]"
GROWS = f"{M} += {G} ** 2"
ROOT = f"np.sqrt({M} + eps)"
STEP = f"params[name][row] -= eta * {G} / {ROOT}"
TAKEN = "theta, g, mem = params[key], grads[key], memory[key]"

STEPPED: dict[str, Row] = {
    "eps_outside_the_root": Edited(
        "unusual", ROOT, f"(np.sqrt({M}) + eps)", fits="eps stands inside the root"
    ),
    "eps_left_out": Edited("unusual", ROOT, f"np.sqrt({M})"),
    "eps_squared": Edited("unusual", " + eps)", " + eps**2)"),
    "eps_multiplied": Edited("unusual", " + eps)", " * eps)"),
    "eps_fixed": Edited("unusual", " + eps)", " + 1e-8)"),
    "root_missing": Edited("unusual", ROOT, f"({M} + eps)"),
    "root_taken_twice": Edited("unusual", ROOT, f"({M} + eps) ** 0.25"),
    "multiplied_by_the_root": Edited("unusual", f"/ {ROOT}", f"* {ROOT}"),
    "not_divided": Edited("loops", " / math.sqrt(mem[i, j] + eps)", ""),
    "gradient_missing_in_the_step": Edited("unusual", f"eta * {G}", "eta"),
    "gradient_squared_in_the_step": Edited("unusual", f"eta * {G}", f"eta * {G} ** 2"),
    "eta_missing": Edited("unusual", f"eta * {G}", G),
    "eta_ignored": Edited(
        "unusual", f"eta * {G}", f"0.1 * {G}", fits="the defaults of eta and eps"
    ),
    "divided_by_the_gradient_alone": Edited("unusual", ROOT, f"np.sqrt({G} ** 2 + eps)"),
    "divided_by_the_mean_over_the_tensor": Edited(
        "einsum",
        'np.einsum("ij,ij->ij", grads[k], eta / np.sqrt(memory[k] + eps))',
        "grads[k] * eta / np.sqrt(memory[k].mean() + eps)",
    ),
    "memory_added_after_the_step": Edited(
        "unusual", f"{GROWS}\n            {STEP}", f"{STEP}\n            {GROWS}"
    ),
    "memory_replaced": Edited(
        "unusual", GROWS, f"{M} = {G} ** 2", fits="the memory grows with every step"
    ),
    "memory_decays": Edited(
        "loops", "mem[i, j] + g[i, j] * g[i, j]", "0.9 * mem[i, j] + 0.1 * g[i, j] * g[i, j]"
    ),
    "memory_multiplied": Edited("unusual", GROWS, f"{M} *= {G} ** 2"),
    "gradient_not_squared": Edited("unusual", GROWS, f"{M} += {G}"),
    "absolute_value_added": Edited("unusual", GROWS, f"{M} += abs({G})"),
    "square_subtracted": Edited("unusual", GROWS, f"{M} -= {G} ** 2"),
    "mean_square_added": Edited(
        "einsum", 'np.einsum("ij,ij->ij", grads[k], grads[k])', "np.mean(grads[k] ** 2)"
    ),
    "eps_kept_in_the_memory": Edited("unusual", (GROWS, ROOT), (f"{GROWS} + eps", f"np.sqrt({M})")),
    "root_kept_in_the_memory": Edited(
        "unusual", (ROOT, GROWS), (M, f"{M} = np.sqrt({M} + {G} ** 2 + eps)")
    ),
    "memory_never_grows": Edited("unusual", f"            {GROWS}\n", ""),
    "memory_not_kept": Edited("loops", TAKEN, f"{TAKEN}.copy()"),
    "memory_rebound": Edited(
        "loops",
        TAKEN,
        f"memory[key] = memory[key].copy()\n        {TAKEN}",
        fits="arrays are updated in place",
    ),
    "params_not_moved": Edited("loops", TAKEN, f"{TAKEN}\n        theta = theta.copy()"),
    "params_rebound": Edited(
        "loops",
        TAKEN,
        f"params[key] = params[key].copy()\n        {TAKEN}",
        fits="arrays are updated in place",
    ),
    "nothing_kept": Edited("loops", TAKEN, f"{TAKEN}.copy()\n        theta = theta.copy()"),
    "step_added": Edited("unusual", "-= eta", "+= eta"),
    "step_in_place_of_the_params": Edited("unusual", "-= eta", "=- eta"),
    "clipped_inside": Edited(
        "loops", TAKEN, f"{TAKEN}\n        g = np.clip(g, -5, 5)", fits="the step does not clip"
    ),
    "biases_left_out": Edited("unusual", '("c", "b", "V", "W", "U")', '("V", "W", "U")'),
    "only_the_first_tensor": Edited(
        "loops", "math.sqrt(mem[i, j] + eps)\n", "math.sqrt(mem[i, j] + eps)\n        break\n"
    ),
    "only_the_last_tensor": Edited(
        "loops", f"in params:\n        {TAKEN}", f"in list(params)[-1:]:\n        {TAKEN}"
    ),
    "grads_squared_in_place": Edited(
        "loops",
        "mem[i, j] = mem[i, j] + g[i, j] * g[i, j]",
        "g[i, j] *= g[i, j]\n                mem[i, j] += g[i, j]",
    ),
    "square_times_a_number": Edited("unusual", GROWS, f"{M} += 2 * {G} ** 2"),
    "wrong_default_eta": Edited("unusual", "eta=0.1", "eta=0.01"),
    "wrong_default_eps": Edited("unusual", "eps=1e-8", "eps=1e-6"),
    "eta_and_eps_exchanged": Edited(
        "unusual", ("eta * grads", " + eps)"), ("eps * grads", " + eta)")
    ),
}

EDITS = CLIP | MEMORY | STEPPED
