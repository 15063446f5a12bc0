"""The written review: how it is counted, and how a reader finds it."""
