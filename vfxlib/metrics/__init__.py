"""How good a clean plate is: measured against known truth, in the hole only."""
