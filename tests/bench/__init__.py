"""The benchmark: a national data set, the main pages, and a bare view beside them in the same run."""
