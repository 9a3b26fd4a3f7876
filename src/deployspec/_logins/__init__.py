"""Logins: scopes, credentials, keyrings, and the files that contain logins."""
