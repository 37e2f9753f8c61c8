"""How far two right answers may lie apart. The measured error of right ones stands beside.

Measured over 1,000 random cases of cases.py, between the reference and answers that sum in
other orders; the smallest error of a real mistake on the same cases is above 1e-4.
"""

FORWARD = 1e-12  # 3e-15
LOSS = 1e-12  # 3e-15
SYMMETRY = 1e-9  # 9e-14, after hidden units or characters changed places
GRADIENT = 1e-9  # 4e-14 on the same P and H
DIGITS = 1e-12  # 3e-16 against fifty digits
SUMS = 1e-12  # 1e-15, of sums that are zero by right, a unit of their terms
CENTRAL_DIFFERENCES = 1e-6  # 6e-8 at scale 0.5 and step 1e-5
POLYNOMIALS = 1e-9  # 3e-11, central differences of what they are exact for
ADAGRAD = 1e-12  # 2e-16
UPDATE = 1e-10  # 1e-12, one update from the same state
