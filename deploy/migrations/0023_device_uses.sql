-- Where a device was used is asked of the entries of procedures alone, when it is recalled (hazard H-19).
CREATE INDEX entry_of_procedures ON entry (trust, at) WHERE kind IN ('procedure_start', 'procedure_end');
