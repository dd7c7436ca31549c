"""The Django project: the service in which councils and suppliers follow a promise to its proof."""
