"""Whether a server in this container is well: `python -m deploy.compose.well PORT PATH` ends with 0 or 1."""

import http.client
import sys

WITHIN_S = 4.0


def well(port: int, path: str) -> bool:
    """True if it answers 200 on this path in time."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN_S)
    try:
        asked.request("GET", path)
        return asked.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        asked.close()


if __name__ == "__main__":
    sys.exit(0 if well(int(sys.argv[1]), sys.argv[2]) else 1)
