"""The worked solution: one module a lesson, and the programs that train and sample.

Notation, shared by all modules. K is the number of characters, m the number of
hidden units, T the sequence length. Columns are time steps; arrays are float64.

    X, Y   (K, T)     one-hot inputs and targets, Y one character later than X
    h0     (m, 1)     the hidden state that the window starts from
    A      (m, T)     pre-activations, A[:, t] = W H[:, t] + U X[:, t] + b
    H      (m, T+1)   hidden states, H[:, 0] = h0 and H[:, t+1] = tanh(A[:, t])
    O, P   (K, T)     logits, O = V H[:, 1:] + c, and probabilities, softmax of O
    params            {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    grads, memory     dicts with the keys and shapes of params
"""
