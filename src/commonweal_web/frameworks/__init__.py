"""Which framework releases and value packs a body uses, as the engine loads them."""
