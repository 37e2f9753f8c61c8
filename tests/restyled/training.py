"""Lesson 8's known mistakes, each written once more in another style: classes, dicts, loops."""

import math
from types import SimpleNamespace

import numpy as np

from reference.adagrad import adagrad_step, clip, init_memory
from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward
from reference.loss import cross_entropy


def weights(K, m, number, *, bias=lambda: 0.0):
    """Params whose entries are made one by one; `number` knows its tensor's columns."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    params = {}
    for name, (rows, columns) in shapes.items():
        params[name] = np.zeros((rows, columns))
        for i in range(rows):
            for j in range(columns):
                params[name][i, j] = bias() if name in "bc" else number(columns)
    return params


def variance_as_deviation(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: rng.normal(0, sigma * sigma))


def root_of_sigma(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: rng.normal(0, math.sqrt(sigma)))


def sigma_left_out(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: rng.normal())


def sigma_always_001(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: rng.normal(0, 0.01))


def divided_by_sigma(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: rng.normal() / sigma)


def deviation_from_the_sizes(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: rng.normal(0, n**-0.5))


def sigma_over_the_root_of_the_sizes(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: rng.normal(0, sigma * n**-0.5))


def uniform_weights(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: rng.uniform(0, sigma))


def uniform_between_minus_sigma_and_sigma(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: sigma * (2 * rng.random() - 1))


def weights_without_sign(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: math.fabs(rng.normal(0, sigma)))


def weights_zero(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: 0.0)


def one_number_for_all_entries(K, m, rng, sigma=0.01):
    params = weights(K, m, lambda n: 0.0)
    for name in "VWU":
        params[name] += rng.normal(0, sigma)
    return params


def one_row_for_all_rows(K, m, rng, sigma=0.01):
    params = weights(K, m, lambda n: 0.0)
    for name in "UWV":
        params[name][:] = rng.normal(0, sigma, params[name].shape[1])
    return params


def random_biases(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: rng.normal(0, sigma), bias=lambda: rng.normal(0, sigma))


def biases_of_one(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: rng.normal(0, sigma), bias=lambda: 1.0)


def V_tied_to_U(K, m, rng, sigma=0.01):
    params = weights(K, m, lambda n: rng.normal(0, sigma))
    params["V"] = np.array(params["U"].T)
    return params


def generator_seeded_inside(K, m, rng, sigma=0.01):
    own = np.random.default_rng(12345)
    return weights(K, m, lambda n: own.normal(0, sigma))


def global_generator(K, m, rng, sigma=0.01):
    return weights(K, m, lambda n: sigma * np.random.randn())  # noqa: NPY002


def sigma_01_by_default(K, m, rng, sigma=0.1):
    return weights(K, m, lambda n: rng.normal(0, sigma))


def sigma_1_by_default(K, m, rng, sigma=1.0):
    return weights(K, m, lambda n: rng.normal(0, sigma))


class Trainer:
    """The right training loop; what is wrong overrides a method."""

    def __init__(self, params, indices, K, T, eta, epochs):
        self.params, self.text, self.K, self.T, self.eta = params, indices, K, T, eta
        self.epochs, self.memory, self.s, self.count = epochs, init_memory(params), None, 0
        self.zero = np.zeros((params["b"].shape[0], 1))
        self.h, self.losses, self.epoch = self.zero, [], 0
        self.begin()

    def begin(self):
        """Before the first epoch."""

    def new_epoch(self):
        """Before each epoch."""
        self.h = self.zero

    def new_window(self):
        """Before each window."""

    def passes(self):
        return list(range(self.epochs))

    def starts(self):
        found = []
        while len(found) * self.T + self.T < len(self.text):
            found.append(len(found) * self.T)
        return found

    def window(self, start):
        return self.text[start : start + self.T], self.text[start + 1 : start + self.T + 1]

    def grads(self, grads):
        return clip(grads)

    def step(self, grads):
        adagrad_step(self.params, grads, self.memory, self.eta)

    def read(self, h):
        return forward(self.params, self.X, h)

    def loss(self):
        return cross_entropy(self.P, self.Y)

    def late_loss(self, loss):
        return loss

    def smooth(self, loss):
        return loss if self.s is None else self.s * 0.999 + loss * 0.001

    def carried(self):
        return self.H[:, self.T :].copy()

    def number(self):
        return self.count

    def shown_epoch(self):
        return self.epoch

    def told(self, loss):
        return loss, self.s

    def shown_state(self):
        return self.h

    def learn(self, start):
        """One window and its update."""
        self.start, self.came = start, self.h
        x, y = self.window(start)
        self.X, self.Y = one_hot(x, self.K), one_hot(y, self.K)
        self.P, self.H, self.A = self.read(self.h)
        loss = self.loss()
        self.step(self.grads(backward(self.params, self.X, self.Y, self.P, self.H)))
        loss = self.late_loss(loss)
        self.losses.append(loss)
        self.before = self.s
        self.s = self.smooth(loss)
        self.h = self.carried()
        value, smooth = self.told(loss)
        made = SimpleNamespace(
            step=self.number(), epoch=self.shown_epoch(), loss=value, smooth_loss=smooth,
            h=self.shown_state(),
        )  # fmt: skip
        self.count += 1
        return made

    def run(self):
        for epoch in self.passes():
            self.epoch = epoch
            self.new_epoch()
            for place, start in enumerate(self.starts()):
                self.place = place
                self.new_window()
                yield self.learn(start)


def steps_of(trainer):
    """The contract's function, from a class."""

    def training_steps(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
        return trainer(params, indices, K, seq_length, eta, epochs).run()

    return training_steps


STEPS = {}


def wrong(name):
    """Keep a class under the mistake's name."""

    def keep(trainer):
        STEPS[name] = steps_of(trainer)
        return trainer

    return keep


def overriding(name, **methods):
    """A trainer with some methods replaced."""
    STEPS[name] = steps_of(type(name, (Trainer,), methods))


def set_zero(self):
    self.h = self.zero


def nothing(self):
    return None


def new_memory(self):
    self.memory = init_memory(self.params)


def again(self, h):
    return forward(self.params, self.X, h)


def advanced(self):
    return again(self, self.H[:, [-1]])


overriding("state_reset_at_each_window", new_window=set_zero)
overriding("state_not_reset_at_epochs", new_epoch=nothing)
overriding("state_of_the_last_but_one_step", carried=lambda self: self.H[:, [self.T - 1]])
overriding("state_after_the_first_step", carried=lambda self: self.H[:, [1]])
overriding("state_that_the_window_started_from", carried=lambda self: self.H[:, [0]])
overriding("state_before_tanh", carried=lambda self: self.A[:, [self.T - 1]])
overriding(
    "state_made_again_after_the_update", carried=lambda self: again(self, self.came)[1][:, [-1]]
)
overriding("incoming_state_handed_out", shown_state=lambda self: self.came)
overriding("memory_reset_at_each_window", new_window=new_memory)
overriding("smoothed_loss_from_a_uniform_guess",
           begin=lambda self: setattr(self, "s", self.T * math.log(self.K)))  # fmt: skip
overriding("smoothed_loss_from_zero", begin=lambda self: setattr(self, "s", 0.0))
overriding("weights_of_smoothing_exchanged",
           smooth=lambda self, x: x if self.s is None else self.s * 0.001 + x * 0.999)  # fmt: skip
overriding("smoothing_of_099",
           smooth=lambda self, x: x if self.s is None else self.s * 0.99 + x * 0.01)  # fmt: skip
overriding("smoothing_of_09",
           smooth=lambda self, x: x if self.s is None else self.s * 0.9 + x * 0.1)  # fmt: skip
overriding("loss_not_smoothed", smooth=lambda self, x: x)
overriding("mean_of_all_losses", smooth=lambda self, x: math.fsum(self.losses) / len(self.losses))
overriding("first_loss_of_zero_taken_for_none",
           smooth=lambda self, x: self.s * 0.999 + x * 0.001 if self.s else x)  # fmt: skip
overriding("smoothed_loss_one_step_behind",
           told=lambda self, x: (x, x if self.before is None else self.before))  # fmt: skip
overriding("smoothed_loss_in_place_of_the_loss", told=lambda self, x: (self.s, self.s))
overriding("loss_and_smoothed_loss_exchanged", told=lambda self, x: (self.s, x))
overriding("step_restarts_at_epochs", number=lambda self: self.place)
overriding("step_counts_from_one", number=lambda self: len(self.losses))
overriding("step_is_the_start_of_the_window", number=lambda self: self.start)
overriding("step_counts_characters", number=lambda self: self.T * (len(self.losses) - 1))
overriding("epoch_counts_from_one", shown_epoch=lambda self: 1 + self.epoch)
overriding("epoch_always_zero", shown_epoch=lambda self: 0)
overriding("one_epoch_too_few", passes=lambda self: [*range(self.epochs)][: self.epochs - 1])
overriding("one_epoch_too_many", passes=lambda self: [*range(self.epochs), self.epochs])
overriding("one_epoch_whatever_epochs_is", passes=lambda self: [0])
overriding("loss_after_the_update",
           late_loss=lambda self, x: cross_entropy(again(self, self.came)[0], self.Y))  # fmt: skip
overriding("loss_after_the_update_and_the_state",
           late_loss=lambda self, x: cross_entropy(advanced(self)[0], self.Y))  # fmt: skip
overriding("window_read_again_after_the_update",
           late_loss=lambda self, x: cross_entropy(advanced(self)[0], self.Y),
           carried=lambda self: advanced(self)[1][:, [-1]])  # fmt: skip
overriding("loss_divided_by_T", loss=lambda self: cross_entropy(self.P, self.Y) / self.T)
overriding("targets_not_moved", window=lambda self, a: [self.text[a : a + self.T]] * 2)
overriding("inputs_and_targets_exchanged",
           window=lambda self, a: Trainer.window(self, a)[::-1])  # fmt: skip
overriding("targets_rolled_in_the_window", window=lambda self, a: (
    self.text[a : a + self.T], [*self.text[a + 1 : a + self.T], self.text[a]]))  # fmt: skip
overriding("last_window_left_out",
           starts=lambda self: [a for a in Trainer.starts(self)
                                if a + self.T + 1 < len(self.text)])  # fmt: skip
overriding("last_window_always_left_out", starts=lambda self: Trainer.starts(self)[:-1])
overriding("windows_too_far_apart",
           starts=lambda self: list(range(0, len(self.text) - self.T, self.T + 1)))  # fmt: skip
overriding("windows_overlap",
           starts=lambda self: [*range(0, len(self.text) - self.T, self.T - 1 or 1)])  # fmt: skip
overriding("windows_one_character_apart",
           starts=lambda self: list(range(len(self.text) - self.T)))  # fmt: skip
overriding("first_window_again_and_again", starts=lambda self: [0 for _ in Trainer.starts(self)])
overriding("windows_in_reverse_order", starts=lambda self: sorted(Trainer.starts(self))[::-1])
overriding("gradients_not_clipped", grads=lambda self, g: g)
overriding("clipped_at_1", grads=lambda self, g: clip(g, 1.0))
overriding("gradients_divided_by_T",
           grads=lambda self, g: clip({k: a / self.T for k, a in g.items()}))  # fmt: skip
overriding("updates_uphill", step=lambda self, g: adagrad_step(
    self.params, {k: -a for k, a in g.items()}, self.memory, self.eta))  # fmt: skip
overriding("eta_not_handed_on", step=lambda self, g: adagrad_step(self.params, g, self.memory))


@wrong("windows_of_T_minus_one_steps")
class Shorter(Trainer):
    def window(self, start):
        piece = self.text[start : start + self.T]
        return piece[:-1], piece[1:]

    def carried(self):
        return self.H[:, -1:].copy()


@wrong("window_without_a_last_target")
class Around(Trainer):
    def starts(self):
        return [a for a in range(0, len(self.text), self.T) if a + self.T <= len(self.text)]

    def window(self, start):
        around = [*self.text, self.text[0]]
        return around[start : start + self.T], around[start + 1 : start + 1 + self.T]


@wrong("shorter_window_at_the_end")
class Rest(Trainer):
    def starts(self):
        return [a for a in range(0, len(self.text), self.T) if a + 1 < len(self.text)]

    def window(self, start):
        piece = self.text[start : start + self.T + 1]
        return piece[:-1], piece[1:]

    def carried(self):
        return self.H[:, -1:].copy()


@wrong("memory_reset_at_epochs")
class Forgetting(Trainer):
    def new_epoch(self):
        self.h, self.memory = self.zero, init_memory(self.params)


@wrong("smoothed_loss_reset_at_epochs")
class Unsmoothed(Trainer):
    def new_epoch(self):
        self.h, self.s = self.zero, None


@wrong("clipped_by_the_norm_of_each_tensor")
class EachNorm(Trainer):
    def grads(self, grads):
        found = {}
        for name, g in grads.items():
            norm = math.sqrt((g**2).sum())
            found[name] = 5 * g / norm if norm > 5 else g
        return found


@wrong("clipped_by_the_norm_of_all")
class AllNorm(Trainer):
    def grads(self, grads):
        norm = math.sqrt(sum((g**2).sum() for g in grads.values()))
        return {name: 5 * g / norm for name, g in grads.items()} if norm > 5 else grads


@wrong("gradients_pile_up")
class Piling(Trainer):
    def begin(self):
        self.pile = init_memory(self.params)

    def grads(self, grads):
        for name, g in grads.items():
            self.pile[name] += g
        return clip(self.pile)


@wrong("gradients_pile_up_in_the_epoch")
class PilingInTheEpoch(Piling):
    def new_epoch(self):
        self.h, self.pile = self.zero, init_memory(self.params)


@wrong("plain_gradient_descent")
class Plain(Trainer):
    def step(self, grads):
        for name, g in grads.items():
            self.params[name] -= self.eta * g


@wrong("two_updates_a_window")
class Twice(Trainer):
    def step(self, grads):
        for _ in range(2):
            super().step(grads)


@wrong("biases_not_updated")
class WeightsOnly(Trainer):
    def step(self, grads):
        for name in "UWV":
            self.memory[name] += grads[name] ** 2
            root = np.sqrt(self.memory[name] + 1e-8)
            self.params[name] -= self.eta * grads[name] / root


@wrong("params_rebound")
class Rebound(Trainer):
    def step(self, grads):
        for name in self.params:
            self.memory[name] = self.memory[name] + grads[name] ** 2
            move = self.eta * grads[name] / np.sqrt(self.memory[name] + 1e-8)
            self.params[name] = self.params[name] - move


@wrong("params_copied")
class Copied(Trainer):
    def begin(self):
        self.params = {name: np.array(tensor) for name, tensor in self.params.items()}


@wrong("step_before_its_update")
class Early(Trainer):
    def step(self, grads):
        self.due = grads

    def run(self):
        for made in super().run():
            yield made
            adagrad_step(self.params, self.due, self.memory, self.eta)


@wrong("only_the_last_step_of_each_epoch")
class LastOnly(Trainer):
    def number(self):
        return self.epoch

    def run(self):
        for epoch in self.passes():
            self.epoch = epoch
            self.new_epoch()
            made = None
            for start in self.starts():
                made = self.learn(start)
            if made is not None:
                yield made


@wrong("all_updates_at_once")
class Listed(Trainer):
    def run(self):
        return [made for made in Trainer.run(self)]


@wrong("updates_made_when_called")
class Prepared(Trainer):
    def run(self):
        made = [*Trainer.run(self)]
        return (made[k] for k in range(len(made)))


@wrong("one_h_for_all_steps")
class Shared(Trainer):
    def begin(self):
        self.h = self.buffer = np.zeros_like(self.zero)

    def new_epoch(self):
        self.buffer[:] = 0

    def learn(self, start):
        made = super().learn(start)
        self.buffer[:] = self.h
        self.h = made.h = self.buffer
        return made


right_steps = steps_of(Trainer)


def result(params, best_params, best_loss, curve):
    """What train returns."""
    return SimpleNamespace(
        params=params, best_params=best_params, best_loss=best_loss, smooth_losses=curve
    )


def snapshot(params):
    """New arrays."""
    return {name: np.array(tensor) for name, tensor in params.items()}


def watched(params, indices, K, options):
    """The losses, smoothed losses and params of all steps; those of index 0 come before them."""
    losses, smooth, seen = [], [], [snapshot(params)]
    for made in right_steps(params, indices, K, **options):
        losses.append(made.loss)
        smooth.append(made.smooth_loss)
        seen.append(snapshot(params))
    return losses, smooth, seen


def best_params_share_the_arrays(params, indices, K, **options):
    _, smooth, _ = watched(params, indices, K, options)
    return result(params, params, min(smooth), smooth)


def best_by_the_loss(params, indices, K, **options):
    losses, smooth, seen = watched(params, indices, K, options)
    return result(params, seen[losses.index(min(losses)) + 1], min(losses), smooth)


def best_params_from_before_the_update(params, indices, K, **options):
    _, smooth, seen = watched(params, indices, K, options)
    return result(params, seen[smooth.index(min(smooth))], min(smooth), smooth)


def first_params_kept(params, indices, K, **options):
    _, smooth, seen = watched(params, indices, K, options)
    return result(params, seen[0], min(smooth), smooth)


def best_params_of_the_end(params, indices, K, **options):
    _, smooth, _ = watched(params, indices, K, options)
    return result(params, snapshot(params), min(smooth), smooth)


def largest_loss_kept(params, indices, K, **options):
    _, smooth, seen = watched(params, indices, K, options)
    return result(params, seen[smooth.index(max(smooth)) + 1], max(smooth), smooth)


def every_step_taken_as_the_best(params, indices, K, **options):
    _, smooth, seen = watched(params, indices, K, options)
    return result(params, seen[-1], smooth[-1], smooth)


def first_step_taken_as_the_best(params, indices, K, **options):
    _, smooth, seen = watched(params, indices, K, options)
    return result(params, seen[1], smooth[0], smooth)


def losses_not_smoothed(params, indices, K, **options):
    losses, smooth, seen = watched(params, indices, K, options)
    return result(params, seen[smooth.index(min(smooth)) + 1], min(smooth), losses)


def only_new_best_losses_listed(params, indices, K, **options):
    _, smooth, seen = watched(params, indices, K, options)
    records = [s for k, s in enumerate(smooth) if all(s < other for other in smooth[:k])]
    return result(params, seen[smooth.index(min(smooth)) + 1], min(smooth), records)


def best_loss_of_the_last_step(params, indices, K, **options):
    _, smooth, seen = watched(params, indices, K, options)
    return result(params, seen[smooth.index(min(smooth)) + 1], smooth[-1], smooth)


def trained_again_for_the_best(params, indices, K, **options):
    _, curve, _ = watched(params, indices, K, options)
    _, smooth, seen = watched(params, indices, K, options)
    return result(params, seen[smooth.index(min(smooth)) + 1], min(curve), curve)


def options_not_handed_on(params, indices, K, **options):
    _, smooth, seen = watched(params, indices, K, {})
    if not smooth:
        return result(params, params, np.inf, [])
    return result(params, seen[smooth.index(min(smooth)) + 1], min(smooth), smooth)


def result_holds_a_copy(params, indices, K, **options):
    _, smooth, seen = watched(params, indices, K, options)
    return result(seen[-1], seen[smooth.index(min(smooth)) + 1], min(smooth), smooth)


RESTYLED = STEPS | {
    function.__name__: function
    for function in (
        variance_as_deviation, root_of_sigma, sigma_left_out, sigma_always_001, divided_by_sigma,
        deviation_from_the_sizes, sigma_over_the_root_of_the_sizes, uniform_weights,
        uniform_between_minus_sigma_and_sigma, weights_without_sign, weights_zero,
        one_number_for_all_entries, one_row_for_all_rows, random_biases, biases_of_one,
        V_tied_to_U, generator_seeded_inside, global_generator, sigma_01_by_default,
        sigma_1_by_default, best_params_share_the_arrays, best_by_the_loss,
        best_params_from_before_the_update, first_params_kept, best_params_of_the_end,
        largest_loss_kept, every_step_taken_as_the_best, first_step_taken_as_the_best,
        losses_not_smoothed, only_new_best_losses_listed, best_loss_of_the_last_step,
        trained_again_for_the_best, options_not_handed_on, result_holds_a_copy,
    )
}  # fmt: skip
