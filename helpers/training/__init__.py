"""Train heads on gold; needs torch, which running them does not."""
