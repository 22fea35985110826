#!/bin/sh
# Makes the namespace with an explicit retention, and the search attributes. Running it again changes nothing.
# TEMPORAL_ADDRESS says where the server is, NAMESPACE and RETENTION what is wanted.
set -eu

if temporal operator namespace describe --namespace "$NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update --namespace "$NAMESPACE" --retention "$RETENTION"
else
  temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION"
fi

# A namespace that was made just now is not known everywhere at once.
tries=30
until known="$(temporal operator search-attribute list --namespace "$NAMESPACE")"; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || exit 1
  sleep 1
done

want() {
  if echo "$known" | grep -qw "$1"; then
    return
  fi
  temporal operator search-attribute create --namespace "$NAMESPACE" --name "$1" --type "$2"
}

want PathwayStep Keyword
want TrustCode Keyword
want NextDueAt Datetime
