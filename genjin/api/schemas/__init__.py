"""The shapes of bodies and answers, field by field, a module per app below."""
