"""What the programs train and sample are made of."""
