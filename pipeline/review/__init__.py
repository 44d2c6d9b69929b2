"""The review application: a workspace over the store, a JSON API and server-rendered pages."""
