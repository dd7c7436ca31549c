"""What the pages of this app ask: everything starts from what the person may see."""
