"""How people have reviewed so far, and how much it helped: for officers alone, feeding nothing."""
