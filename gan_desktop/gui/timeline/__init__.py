"""Looking back on a run: the marks of its steps, its bookmarks, its branches and where they come from."""
