"""People, their dated memberships of councils, and what each may do: an unknown permission name raises."""
