"""The demo company: three teams and six months of their work, made by the same actions as real life."""
