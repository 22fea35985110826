"""Printed documents (IPG651 1.2, 2.5, 2.6): what they say, as plain values; their templates; their bytes as PDF/UA."""
