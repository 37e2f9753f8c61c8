"""Lesson 8's known mistakes, each written once more in another style: classes, dicts, loops."""

import math
from types import SimpleNamespace

import numpy as np

from reference.adagrad import adagrad_step, clip, init_memory
from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward
from reference.loss import cross_entropy


def weights(K, m, number, bias):
    """Params whose entries are made one by one."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    params = {}
    for name, (rows, columns) in shapes.items():
        params[name] = np.zeros((rows, columns))
        for i in range(rows):
            for j in range(columns):
                params[name][i, j] = bias() if name in "bc" else number()
    return params


def initialise(number, default=0.01, bias=lambda rng, sigma: 0.0):
    """The contract's function, from how an entry is drawn."""

    def drawn(K, m, rng, sigma=default):
        return weights(K, m, lambda: number(rng, sigma), lambda: bias(rng, sigma))

    return drawn


INITIALISE = {
    "variance_as_deviation": initialise(lambda rng, sigma: rng.normal(0, sigma * sigma)),
    "another_deviation": initialise(lambda rng, sigma: rng.normal()),
    "sigma_by_default": initialise(lambda rng, sigma: rng.normal(0, sigma), default=0.1),
    "uniform_weights": initialise(lambda rng, sigma: rng.uniform(0, sigma)),
    "drawn_otherwise": initialise(lambda rng, sigma: sigma * (2 * rng.random() - 1)),
    "random_biases": initialise(
        lambda rng, sigma: rng.normal(0, sigma), bias=lambda rng, sigma: rng.normal(0, sigma)
    ),
}


def snapshot(params):
    """New arrays."""
    return {name: np.array(tensor) for name, tensor in params.items()}


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
        return range(self.epochs)

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

    def loss(self):
        return cross_entropy(self.P, self.Y)

    def late_loss(self, loss):
        return loss

    def smooth(self, loss):
        return loss if self.s is None else self.s * 0.999 + loss * 0.001

    def carried(self):
        return self.H[:, [-1]]

    def number(self):
        return self.count

    def shown_epoch(self):
        return self.epoch

    def shown_state(self):
        return self.h

    def learn(self, start):
        """One window and its update."""
        self.start, self.came = start, self.h
        x, y = self.window(start)
        self.X, self.Y = one_hot(x, self.K), one_hot(y, self.K)
        self.P, self.H, self.A = forward(self.params, self.X, self.h)
        loss = self.loss()
        self.step(self.grads(backward(self.params, self.X, self.Y, self.P, self.H)))
        loss = self.late_loss(loss)
        self.losses.append(loss)
        self.s = self.smooth(loss)
        self.h = self.carried()
        made = SimpleNamespace(
            step=self.number(), epoch=self.shown_epoch(), loss=loss, smooth_loss=self.s,
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


def steps_of(trainer, **defaults):
    """The contract's function, from a class."""

    def training_steps(params, indices, K, **options):
        given = {"seq_length": 25, "eta": 0.1, "epochs": 1} | defaults | options
        return trainer(params, indices, K, *given.values()).run()

    return training_steps


STEPS = {
    "seq_length_by_default": steps_of(Trainer, seq_length=24),
    "eta_by_default": steps_of(Trainer, eta=0.01),
    "epochs_by_default": steps_of(Trainer, epochs=2),
}


def wrong(name):
    """Keep a class under the mistake's name."""

    def keep(trainer):
        STEPS[name] = steps_of(trainer)
        return trainer

    return keep


def overriding(name, **methods):
    """A trainer with some methods replaced."""
    STEPS[name] = steps_of(type(name, (Trainer,), methods))


def again(self, h):
    return forward(self.params, self.X, h)


def advanced(self):
    return again(self, self.H[:, [-1]])


overriding("state_reset_at_each_window", new_window=lambda self: vars(self).update(h=self.zero))
overriding("state_not_reset_at_epochs", new_epoch=lambda self: None)
overriding("incoming_state_handed_out", shown_state=lambda self: self.came)
overriding("another_state_carried_on", carried=lambda self: self.H[:, [0]])
overriding("memory_reset_at_each_window",
           new_window=lambda self: vars(self).update(memory=init_memory(self.params)))  # fmt: skip
overriding("smoothed_loss_from_a_uniform_guess",
           begin=lambda self: vars(self).update(s=self.T * math.log(self.K)))  # fmt: skip
overriding("weights_of_smoothing",
           smooth=lambda self, x: x if self.s is None else self.s * 0.99 + x * 0.01)  # fmt: skip
overriding("another_smoothing", begin=lambda self: vars(self).update(s=0.0))
overriding("another_number_of_the_step", number=lambda self: self.T * (len(self.losses) - 1))
overriding("another_number_of_the_epoch", shown_epoch=lambda self: 0)
overriding("another_number_of_epochs", passes=lambda self: [*range(self.epochs), self.epochs])
overriding("other_windows",
           starts=lambda self: [*range(0, len(self.text) - self.T, self.T - 1 or 1)])  # fmt: skip
overriding("clipped_elsewhere", grads=lambda self, g: clip(g, 1.0))
overriding("step_restarts_at_epochs", number=lambda self: self.place)
overriding("step_counts_from_one", number=lambda self: len(self.losses))
overriding("epoch_counts_from_one", shown_epoch=lambda self: 1 + self.epoch)
overriding("one_epoch_too_few", passes=lambda self: [*range(self.epochs)][: self.epochs - 1])
overriding("loss_after_the_update",
           late_loss=lambda self, x: cross_entropy(again(self, self.came)[0], self.Y))  # fmt: skip
overriding("loss_after_the_update_and_the_state",
           late_loss=lambda self, x: cross_entropy(advanced(self)[0], self.Y))  # fmt: skip
overriding("window_read_again_after_the_update",
           late_loss=lambda self, x: cross_entropy(advanced(self)[0], self.Y),
           carried=lambda self: advanced(self)[1][:, [-1]])  # fmt: skip
overriding("loss_divided_by_T", loss=lambda self: cross_entropy(self.P, self.Y) / self.T)
overriding("targets_not_moved", window=lambda self, a: [self.text[a : a + self.T]] * 2)
overriding("last_window_left_out",
           starts=lambda self: [a for a in Trainer.starts(self)
                                if a + self.T + 1 < len(self.text)])  # fmt: skip
overriding("last_window_always_left_out", starts=lambda self: Trainer.starts(self)[:-1])
overriding("windows_too_far_apart",
           starts=lambda self: list(range(0, len(self.text) - self.T, self.T + 1)))  # fmt: skip
overriding("gradients_not_clipped", grads=lambda self, g: g)
overriding("eta_not_handed_on", step=lambda self, g: adagrad_step(self.params, g, self.memory))


overriding("memory_reset_at_epochs", new_epoch=lambda self: vars(self).update(
    h=self.zero, memory=init_memory(self.params)))  # fmt: skip
overriding("smoothed_loss_reset_at_epochs",
           new_epoch=lambda self: vars(self).update(h=self.zero, s=None))  # fmt: skip
overriding("params_copied", begin=lambda self: vars(self).update(params=snapshot(self.params)))
overriding("plain_gradient_descent", step=lambda self, g: self.params.update(
    {k: np.subtract(p, self.eta * g[k], out=p) for k, p in self.params.items()}))  # fmt: skip
overriding("all_updates_at_once", run=lambda self: [*Trainer.run(self)])
overriding("updates_made_when_called", run=lambda self: iter([*Trainer.run(self)]))


@wrong("shorter_window_at_the_end")
class Rest(Trainer):
    def starts(self):
        return [a for a in range(0, len(self.text), self.T) if a + 1 < len(self.text)]

    def window(self, start):
        piece = self.text[start : start + self.T + 1]
        return piece[:-1], piece[1:]


@wrong("another_gradient")
class AllNorm(Trainer):
    def grads(self, grads):
        norm = math.sqrt(sum((g**2).sum() for g in grads.values()))
        return {name: 5 * g / norm for name, g in grads.items()} if norm > 5 else grads


@wrong("params_rebound")
class Rebound(Trainer):
    def step(self, grads):
        for name in self.params:
            self.memory[name] = self.memory[name] + grads[name] ** 2
            move = self.eta * grads[name] / np.sqrt(self.memory[name] + 1e-8)
            self.params[name] = self.params[name] - move


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
            yield [self.learn(start) for start in self.starts()][-1]


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


def train(keep, hand_on=dict):
    """The contract's function; `keep` makes best params, best loss and curve of what was seen.

    The params at index 0 are those from before the first step, and `best` is the best step.
    """

    def trained(params, indices, K, **options):
        losses, smooth, seen = [], [], [snapshot(params)]
        for made in right_steps(params, indices, K, **hand_on(options)):
            losses.append(made.loss)
            smooth.append(made.smooth_loss)
            seen.append(snapshot(params))
        best = smooth.index(min(smooth)) if smooth else 0
        best_params, best_loss, curve = keep(losses, smooth, [*seen, params], best)
        return SimpleNamespace(
            params=params, best_params=best_params, best_loss=best_loss, smooth_losses=curve
        )

    return trained


def largest(losses, smooth, seen, best):
    """The wrong end of the curve."""
    return seen[smooth.index(max(smooth)) + 1], max(smooth), smooth


def records(losses, smooth, seen, best):
    """A curve of new best losses alone."""
    new = [s for k, s in enumerate(smooth) if all(s < other for other in smooth[:k])]
    return seen[best + 1], smooth[best], new


def without_options(losses, smooth, seen, best):
    """What is right, if there are steps."""
    return (seen[best + 1], smooth[best], smooth) if smooth else (seen[0], np.inf, smooth)


TRAIN = {
    "best_params_share_the_arrays": train(lambda losses, s, seen, k: (seen[-1], s[k], s)),
    "best_by_the_loss": train(
        lambda losses, s, seen, k: (seen[losses.index(min(losses)) + 1], min(losses), s)
    ),
    "best_params_from_before_the_update": train(lambda losses, s, seen, k: (seen[k], s[k], s)),
    "best_params_of_the_end": train(lambda losses, s, seen, k: (seen[-2], s[k], s)),
    "compared_wrongly": train(largest),
    "losses_not_smoothed": train(lambda losses, s, seen, k: (seen[k + 1], s[k], losses)),
    "only_new_best_losses_listed": train(records),
    "best_loss_of_the_last_step": train(lambda losses, s, seen, k: (seen[k + 1], s[-1], s)),
    "best_loss_never_noted": train(lambda losses, s, seen, k: (seen[-2], np.inf, s)),
    "options_not_handed_on": train(without_options, hand_on=lambda options: {}),
}
RESTYLED = INITIALISE | STEPS | TRAIN
