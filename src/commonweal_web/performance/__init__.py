"""Review meetings and their actions."""
