"""A trust's pathways as FHIR, in bulk."""
