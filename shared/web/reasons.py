"""What is said to a person for each kind of mistake pydantic finds. Only limits and choices of ours are filled in."""

UNEXPECTED = "This is not what is asked for here"
_INSTANT = "Write a date and time with its zone, such as 2026-03-02T10:15:00+00:00"
_DATE = "Write a date, such as 2026-03-02"
_WHOLE = "Write a whole number"
_NUMBER = "Write a number"
_LIST = "Write a list"

REASONS = {
    "missing": "This is missing",
    "extra_forbidden": "There is a field here that the form does not have",
    "json_invalid": "The body is not JSON",
    "model_type": "Write an object with the fields of the form",
    "dict_type": "Write an object",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "too_short": "Give at least {min_length}",
    "too_long": "Give at most {max_length}",
    "string_type": "Write text",
    "string_too_short": "Write at least {min_length} characters",
    "string_too_long": "Write at most {max_length} characters",
    "string_pattern_mismatch": "This does not have the form that is asked for",
    "string_unicode": "Remove characters that cannot be read or printed",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than": "Write more than {gt}",
    "greater_than_equal": "Write {ge} or more",
    "less_than": "Write less than {lt}",
    "less_than_equal": "Write {le} or less",
    "bool_type": "Answer true or false",
    "bool_parsing": "Answer true or false",
    "enum": "Choose one of: {expected}",
    "literal_error": "Choose one of: {expected}",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "datetime_object_invalid": _INSTANT,
    "timezone_aware": "Give the time zone, such as Z or +01:00",
    "uuid_type": "This is not an id",
    "uuid_parsing": "This is not an id",
}
