"""The same delivery in every framework's words: links between releases, conversion, coverage, goals and pledges."""
