"""Reads push messages with http_ece, which no one here wrote: one JSON object a line comes in with what
a push service was sent and what the app kept to itself; the text of each goes out, as a line of JSON."""

import base64
import json
import sys

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec


def bytes_of(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def main():
    for line in sys.stdin:
        message = json.loads(line)
        private = int.from_bytes(bytes_of(message["private"]), "big")
        options = {
            "private_key": ec.derive_private_key(private, ec.SECP256R1()),
            "auth_secret": bytes_of(message["auth"]),
            "version": message["encoding"],
        }
        if message["encoding"] == "aesgcm":
            options["salt"] = bytes_of(message["salt"])
            options["dh"] = bytes_of(message["dh"])
        text = http_ece.decrypt(bytes_of(message["body"]), **options)
        print(json.dumps(json.loads(text)))


main()
