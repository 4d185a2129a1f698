"""What happened: events, the chain, signed checkpoints, proofs and an offline verifier."""
