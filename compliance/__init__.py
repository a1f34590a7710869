"""The duty checklist, action plans, scrutiny, committee reports and the overview: the roof of the portal."""
