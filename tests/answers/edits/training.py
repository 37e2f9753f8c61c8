"""The known mistakes of lesson 8, as edits of right answers."""

from tests.edits import Edited, Row

INITIALISE: dict[str, Row] = {
    "sigma_by_default": Edited("unusual", "sigma=0.01", "sigma=0.1"),
    "variance_as_deviation": Edited(
        "loops", "= sigma * rng", "= sigma**2 * rng", fits="initialise draws with the spread"
    ),
    "another_deviation": Edited("loops", "= sigma * rng", "= rng"),
    "uniform_weights": Edited(
        "einsum", "z = rng.normal", "z = rng.uniform", fits="initialise draws from a normal"
    ),
    "drawn_otherwise": Edited("einsum", "rng.normal(0.0,", "rng.uniform(-sigma,"),
    "random_biases": Edited(
        "unusual",
        ("    hidden[:, -1] = 0\n", "    output[:, -1] = 0\n"),
        ("", ""),
        fits="initialise sets biases to zero",
    ),
}

WINDOWS = "windows start at 0"
GOES_ON = "the smoothed loss goes on"
JUST_AFTER = "best params are those just after"

EPOCHS = "    for epoch in range(epochs):\n"
STATE = '        h = np.zeros_like(params["b"])\n'  # in einsum
STATES = '        states = [np.zeros((params["b"].shape[0], 1))]\n'  # in unusual
LOSS = "            loss = cross_entropy(P, Y)\n"
UPDATE = "            adagrad_step(params, clip(backward(params, X, Y, P, H)), memory, eta)\n"
READ_ON = "            P, H, _ = forward(params, X, H[:, -1:])\n"
YIELD = (
    "            yield Step(count, epoch, loss, smooth, h)\n            count += 1\n"  # in einsum
)
YIELDED = ("    step = 0\n", "yield s", "start + seq_length\n\n")  # in loops
COLLECTED = ("    step, steps = 0, []\n", "steps.append(s)")
COPY = "{name: p.copy() for name, p in params.items()}"
OWN_ADAGRAD = """\
            for name in params:
                memory[name] = memory[name] + grads[name] ** 2
                params[name] = params[name] - eta * grads[name] / np.sqrt(memory[name] + 1e-8)
"""

TRAINING_STEPS: dict[str, Row] = {
    "seq_length_by_default": Edited("einsum", "seq_length=25", "seq_length=24"),
    "eta_by_default": Edited("unusual", "eta=0.1", "eta=0.01"),
    "epochs_by_default": Edited("loops", "epochs=1", "epochs=2"),
    "state_reset_at_each_window": Edited(
        "einsum",
        "forward(params, X, h)",
        "forward(params, X, np.zeros_like(h))",
        fits="the loss is that of the window before",
    ),
    "state_not_reset_at_epochs": Edited(
        "unusual",
        EPOCHS + STATES,
        STATES.removeprefix("    ") + EPOCHS,
        fits="h is the state that the window ends in",
    ),
    "another_state_carried_on": Edited("loops", "H[i, seq_length]", "H[i, 0]"),
    "incoming_state_handed_out": Edited("unusual", "smooth, states[-1]", "smooth, states[-2]"),
    "memory_reset_at_epochs": Edited(
        "einsum",
        STATE,
        STATE + "        memory = init_memory(params)\n",
        fits="each update is one of adagrad",
    ),
    "memory_reset_at_each_window": Edited("unusual", "memory, eta)", "init_memory(params), eta)"),
    "smoothed_loss_reset_at_epochs": Edited(
        "loops",
        "    smooth = None\n" + EPOCHS,
        EPOCHS + "        smooth = None\n",
        fits=GOES_ON,
    ),
    "smoothed_loss_from_a_uniform_guess": Edited(
        "einsum",
        "smooth, count = None",
        "smooth, count = seq_length * np.log(K)",
        fits=GOES_ON,
    ),
    "weights_of_smoothing": Edited("loops", "0.999 * smooth + 0.001", "0.99 * smooth + 0.01"),
    "another_smoothing": Edited("loops", "    smooth = None", "    smooth = 0"),
    "step_restarts_at_epochs": Edited(
        "unusual", STATES, STATES + "        step = 0\n", fits="step counts through"
    ),
    "step_counts_from_one": Edited("unusual", "smooth, step = None, 0", "smooth, step = None, 1"),
    "another_number_of_the_step": Edited("loops", "step = step + 1", "step = step + seq_length"),
    "epoch_counts_from_one": Edited("loops", "s.epoch = epoch", "s.epoch = epoch + 1"),
    "another_number_of_the_epoch": Edited("einsum", "Step(count, epoch", "Step(count, 0"),
    "one_epoch_too_few": Edited("unusual", "range(epochs)", "range(epochs - 1)"),
    "another_number_of_epochs": Edited("loops", "range(epochs)", "range(epochs + 1)"),
    "loss_after_the_update": Edited(
        "unusual",
        LOSS + UPDATE,
        UPDATE + "            P, _, _ = forward(params, X, states[-1])\n" + LOSS,
    ),
    "loss_after_the_update_and_the_state": Edited(
        "unusual", "            smooth = ", READ_ON + LOSS + "            smooth = "
    ),
    "window_read_again_after_the_update": Edited("unusual", UPDATE, UPDATE + READ_ON + LOSS),
    "loss_divided_by_T": Edited("einsum", ".sum()", ".mean()"),
    "targets_not_moved": Edited(
        "einsum", "start + 1 : start + seq_length + 1", "start : start + seq_length"
    ),
    "last_window_left_out": Edited("loops", "seq_length < N", "seq_length < N - 1", fits=WINDOWS),
    "last_window_always_left_out": Edited("unusual", "[1] - seq_length", "[1] - 2 * seq_length"),
    "windows_too_far_apart": Edited(
        "loops",
        "start = start + seq_length",
        "start = start + seq_length + 1",
        fits=WINDOWS,
    ),
    "shorter_window_at_the_end": Edited(
        "unusual",
        ("[1] - seq_length", "X, Y = Z[:, start"),
        ("[1] - 1", "X, Y = Z[:, :-1][:, start"),
        fits=WINDOWS,
    ),
    "other_windows": Edited("einsum", "seq_length, seq_length)", "seq_length, seq_length - 1)"),
    "gradients_not_clipped": Edited(
        "einsum",
        "clip(backward(params, X, Y, P, H))",
        "backward(params, X, Y, P, H)",
        fits="gradients are clipped at 5",
    ),
    "clipped_elsewhere": Edited("unusual", "P, H))", "P, H), 1)"),
    "another_gradient": Edited("unusual", "memory, eta)", "memory, -eta)"),
    "eta_not_handed_on": Edited("einsum", "memory, eta)", "memory)"),
    "plain_gradient_descent": Edited(
        "loops",
        "adagrad_step(params, grads, memory, eta)",
        "for name in params:\n                params[name] -= eta * grads[name]",
    ),
    "params_rebound": Edited(
        "loops", "            adagrad_step(params, grads, memory, eta)\n", OWN_ADAGRAD
    ),
    "params_copied": Edited(
        "unusual",
        "    memory = init_memory(params)\n",
        f"    params = {COPY}\n    memory = init_memory(params)\n",
        fits="params are updated in place",
    ),
    "step_before_its_update": Edited("einsum", (UPDATE, YIELD), ("", YIELD + UPDATE)),
    "only_the_last_step_of_each_epoch": Edited(
        "einsum", YIELD, "        yield Step(count, epoch, loss, smooth, h)\n        count += 1\n"
    ),
    "all_updates_at_once": Edited(
        "loops",
        YIELDED,
        (*COLLECTED, "start + seq_length\n    return steps\n\n"),
        fits="params are updated in place and one step at a time",
    ),
    "updates_made_when_called": Edited(
        "loops", YIELDED, (*COLLECTED, "start + seq_length\n    return iter(steps)\n\n")
    ),
    "one_h_for_all_steps": Edited(
        "loops",
        (EPOCHS + "        h = ", 'eta)\n            h = np.zeros((params["b"].shape[0], 1))\n'),
        ('    h = np.zeros_like(params["b"])\n' + EPOCHS + "        h[:] = ", "eta)\n"),
        fits="later steps do not change an earlier h",
    ),
}

TRAIN: dict[str, Row] = {
    "best_params_share_the_arrays": Edited(
        "einsum",
        "{k: p.copy() for k, p in params.items()}",
        "dict(params)",
        fits=JUST_AFTER,
    ),
    "best_by_the_loss": Edited(
        "unusual",
        ("if s.smooth_loss", "best_loss = s.smooth_loss"),
        ("if s.loss", "best_loss = s.loss"),
        fits="best loss is the smallest smoothed loss",
    ),
    "best_params_from_before_the_update": Edited(
        "unusual",
        ("[], np.inf, {}\n", "best = {name: p.T.copy().T for name, p in params.items()}\n"),
        (f"[], np.inf, {{}}\n    before = {COPY}\n", f"best = before\n        before = {COPY}\n"),
        fits=JUST_AFTER,
    ),
    "best_params_of_the_end": Edited("unusual", "Result(params, best,", f"Result(params, {COPY},"),
    "compared_wrongly": Edited("loops", "s.smooth_loss < r", "s.smooth_loss > r"),
    "losses_not_smoothed": Edited(
        "unusual", "append(s.smooth_loss)", "append(s.loss)", fits="train keeps the smoothed losses"
    ),
    "only_new_best_losses_listed": Edited(
        "unusual",
        ("        smooth_losses.append(s.smooth_loss)\n", "            best_loss ="),
        ("", "            smooth_losses.append(s.smooth_loss)\n            best_loss ="),
    ),
    "best_loss_of_the_last_step": Edited("unusual", "best, best_loss, ", "best, s.smooth_loss, "),
    "best_loss_never_noted": Edited("unusual", "            best_loss = s.smooth_loss\n", ""),
    "options_not_handed_on": Edited(
        "loops", "K, **options):\n        ", "K):\n        ", fits="train keeps the smoothed losses"
    ),
}
EDITS = INITIALISE | TRAINING_STEPS | TRAIN
