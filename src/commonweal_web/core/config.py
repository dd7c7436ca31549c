"""How values of the environment are read that are more than one word: identity providers and database addresses."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ImproperlyConfigured

SQLITE_INIT = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
SQLITE_OPTIONS = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_INIT}
POOL = {"min_size": 1, "max_size": 4, "timeout": 10}
OIDC_KEYS = {"id", "name", "client_id", "secret", "server_url", "domains"}


def database(config: dict[str, Any], *, pooled: bool) -> dict[str, Any]:
    """Return the settings of a database: durable SQLite, or PostgreSQL with checked (and pooled) connections."""
    options = dict(config.get("OPTIONS", {}))
    if config["ENGINE"].endswith("sqlite3"):
        return {**config, "OPTIONS": {**SQLITE_OPTIONS, **options}}
    if not config["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must start with sqlite:// or postgres://")
    if pooled:
        options.setdefault("pool", POOL)
    return {**config, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False, "OPTIONS": options}


def identity_providers(text: str) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """
    Read COMMONWEAL_OIDC: a JSON list of providers, each with the e-mail domains of the one body that it speaks for.

    Return the applications for the sign-in library, and the domains of each provider by its id.
    """
    if not text.strip():
        return [], {}
    try:
        providers = json.loads(text)
    except json.JSONDecodeError as error:
        raise ImproperlyConfigured(f"COMMONWEAL_OIDC is not JSON: {error}") from None
    if not isinstance(providers, list) or not all(isinstance(one, dict) for one in providers):
        raise ImproperlyConfigured('COMMONWEAL_OIDC must be a JSON list of objects: [{"id": "northmere", ...}]')
    apps: list[dict[str, Any]] = []
    domains: dict[str, list[str]] = {}
    owner: dict[str, str] = {}
    for one in providers:
        _check_provider(one, domains, owner)
        domains[one["id"]] = [domain.lower() for domain in one["domains"]]
        owner.update(dict.fromkeys(domains[one["id"]], one["id"]))
        apps.append(
            {
                "provider_id": one["id"],
                "name": one["name"],
                "client_id": one["client_id"],
                "secret": one["secret"],
                "settings": {"server_url": one["server_url"], "token_auth_method": "client_secret_basic"},
            }
        )
    return apps, domains


def _check_provider(one: dict[str, Any], known: dict[str, list[str]], owner: dict[str, str]) -> None:
    name = one.get("id", "without id")
    if set(one) != OIDC_KEYS:
        wrong = ", ".join(sorted(set(one) ^ OIDC_KEYS))
        raise ImproperlyConfigured(
            f"COMMONWEAL_OIDC, provider {name}: missing or not known: {wrong}. "
            f"Each provider has {', '.join(sorted(OIDC_KEYS))}."
        )
    if not one["domains"] or not all(isinstance(domain, str) and "." in domain for domain in one["domains"]):
        raise ImproperlyConfigured(
            f"COMMONWEAL_OIDC, provider {name}: domains must list the e-mail domains of the body, "
            f'like ["northmere.gov.uk"]. Without them anybody with an account there could sign in.'
        )
    if name in known:
        raise ImproperlyConfigured(f"COMMONWEAL_OIDC names the provider {name} twice.")
    if taken := [domain for domain in one["domains"] if domain.lower() in owner]:
        raise ImproperlyConfigured(
            f"COMMONWEAL_OIDC: {taken[0]} belongs to {owner[taken[0].lower()]} already; a domain has one provider."
        )
