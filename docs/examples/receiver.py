"""A receiver of Wingman's webhooks in Python, with the standard library alone.

    WEBHOOK_SECRET=whsec_… PORT=9000 python3 docs/examples/receiver.py

It answers 204 for what it took, 401 for what Wingman has not signed. What it has taken once it does not act on again.
"""
import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE_SECONDS = 300
MAX_BYTES = 1_048_576
# In a program of your own: a table with a unique key, in the same transaction as what you do about it.
taken = set()


def is_genuine(headers, body):
    """Standard Webhooks: HMAC-SHA256 over id, timestamp and the bytes as they came; any one signature of the list will do."""
    identifier, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    expected = base64.b64encode(hmac.new(SECRET, f"{identifier}.{timestamp}.".encode() + body, hashlib.sha256).digest()).decode()
    return any(
        version == "v1" and hmac.compare_digest(expected.encode(), signature.encode())
        for version, _, signature in (one.partition(",") for one in headers.get("webhook-signature", "").split(" "))
    )


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > MAX_BYTES:
            self.answer(413)
            return
        body = self.rfile.read(int(length))
        if not is_genuine(self.headers, body):
            self.answer(401)
            return
        event = json.loads(body)
        identifier = self.headers["webhook-id"]
        if identifier not in taken:
            taken.add(identifier)
            print(event["type"], event["data"]["seq"], flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer((os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "9000"))), Receiver)
print("listening", flush=True)
server.serve_forever()
