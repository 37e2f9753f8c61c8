"""How far two right answers may lie apart. The measured error of right ones stands beside.

An error is |a - b| / (|a| + |b|) in Frobenius norms, the largest over 1,000 random windows of
cases.py (m <= 6, K <= 8, T <= 12, scale up to 1) and eleven right answers written in other
ways: einsum, scalar loops, math.fsum, recursion, time along rows, long doubles, strided arrays.
"""

FORWARD = 1e-12  # 2e-15
HUGE_LOGITS = 1e-9  # 9e-13, logits of 1e4, whose own rounding is 2e-12
SMALL_PROBABILITIES = 1e-10  # 1e-13, entries near exp(-600), whose logits round at 1e-13
LOSS = 1e-12  # 3e-16
SYMMETRY = 1e-9  # 2e-13, after hidden units or characters changed places
GRADIENT = 1e-9  # 2e-13 against the complex step
DIGITS = 1e-12  # 8e-16 against fifty digits, in the dense case
SUMS = 1e-12  # 3e-16, sums that are zero by right, in units of their terms
CENTRAL_DIFFERENCES = 1e-6  # 4e-9 at scale 0.5 and step 1e-5
FORMULA = 1e-12  # 4e-16, the relative error of two gradients
POLYNOMIALS = 1e-9  # 1e-12, central differences of what they are exact for
ADAGRAD = 1e-12  # 1e-16
NO_EPS = 1e-10  # 5e-13, what eps takes from a step at |g| = 100
UPDATE = 1e-10  # 2e-14, one update from the same state
TRAJECTORY = 1e-9  # 1e-14, small runs of up to 60 updates, after moving the weights by one ulp
LADDER = 1e-9  # 3e-15 between right answers on the hand-sized cases
AGAIN = 1e-12  # 0 in the same process; a little room for sums that are ordered by alignment
FLOOR = 1e-13  # absolute, for what is zero by right; rounding in sums of a few dozen terms of 1
COARSE = 1e-7  # a comparison with finite differences, which says nothing of rounding errors
SINGLE = 1e-6  # 6e-8, right numbers kept in float32
FACTORS = 1e-9  # 1e-14, factors of an exact sum, from least squares
DRAWS = 0.15  # 0.08, statistics of two times 4,000 draws, over 1,000 pairs
DISTANCES = 1e-6  # 1e-14, how far an entry was moved, in steps
RESTORED = 1e-15  # 3e-16, the same, in units of |entry| + step
NUDGED = 1e-11  # 5e-13, slopes on the hand-sized cases with the other entries off by an ulp
VANISHING = 1e-300  # 0 down to 1e-308, where doubles begin to lose digits
MULTIPLES = 1e-8  # 1e-15, sums of terms whose multiples have four digits at most
TINY = 1e-15  # absolute, 1e-17 between right answers whose entries may be as small as 1e-9
