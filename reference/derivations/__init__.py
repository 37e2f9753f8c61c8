"""The network as symbols: what the lessons' formulas are proved from."""
