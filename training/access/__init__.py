"""The only way to a thing: object and right in one call, 404 for everybody else. A module for each noun."""
