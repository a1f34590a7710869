"""Pages look and behave alike: views, forms, components, charts, PDF and downloads."""
