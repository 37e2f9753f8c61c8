"""The pictures in docs/pictures: one module a picture, all made by one command.

python -m reference.pictures            compute, write every CSV, draw every SVG
python -m reference.pictures --check    write nothing; fail if a CSV is not up to date
python -m reference.pictures --train    train the small network first; --force replaces a kept one

Every module has `numbers()`, which computes a small table, and `draw(table)`, which draws
from that table alone. `tables.differences()` names the CSVs that are not up to date.
"""
