"""Gates: moving, evidence, exceptions, the weekly look."""
