"""The mapping tool: one framework laid beside others, for everybody."""
