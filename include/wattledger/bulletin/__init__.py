"""The bulletin (营销稽查简报): its data, its HTML and plain-text forms, and the worklist that goes with it."""
