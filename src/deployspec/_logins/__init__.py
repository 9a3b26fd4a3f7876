"""Logins: scopes, credentials, keyrings and the files that hold them."""
