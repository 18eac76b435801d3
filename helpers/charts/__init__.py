"""Charts: each takes a tidy frame and returns a plotly Figure; one module a subject, one theme."""
