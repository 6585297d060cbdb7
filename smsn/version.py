"""The version of smsn, in one place for modules that must not import the package."""

__version__ = "0.8.0"
