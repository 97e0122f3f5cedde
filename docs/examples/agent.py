"""An agent of Wingman's in Python, with the standard library alone.

    WINGMAN_URL=http://127.0.0.1:8002 WINGMAN_KEY=… python3 docs/examples/agent.py agent-1 "docker restart web"

Asks, waits for the decision (for as long as it takes, over restarts of the server), and for the end of every step. It ends
with 0 when all succeeded, 3 when the request was not approved, 1 otherwise.
"""
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid


class Refused(Exception):
    """Wingman answered no; `code` is stable."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


class KeepTheKey(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the key to a host that nobody named."""

    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(KeepTheKey)


def call(method, path, body=None, headers=None, timeout=90):
    request = urllib.request.Request(
        os.environ["WINGMAN_URL"].rstrip("/") + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + os.environ["WINGMAN_KEY"], "Content-Type": "application/json", **(headers or {})},
    )
    try:
        with OPENER.open(request, timeout=timeout) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        if error.code in (429, 502, 503, 504):
            raise ConnectionError(f"busy: {error.code}") from error
        try:
            problem = json.load(error)
        except ValueError:
            problem = {}
        raise Refused(problem.get("code", f"HTTP_{error.code}"), problem.get("error", error.reason)) from error


def patiently(method, path, body=None, headers=None):
    """Over restarts of the server. Safe for reads, and for a write whose Idempotency-Key stays the same."""
    while True:
        try:
            return call(method, path, body, headers)
        except (ConnectionError, TimeoutError, http.client.HTTPException, json.JSONDecodeError) as error:
            print(f"Wingman is away, trying again ({error})", file=sys.stderr)
        except urllib.error.URLError as error:
            print(f"Wingman is away, trying again ({error.reason})", file=sys.stderr)
        time.sleep(1)


def run(worker_id, commands):
    asked = {"worker_id": worker_id, "task_name": "From Python", "instruction": "Run these commands and nothing else.", "commands": commands, "execute": True}
    request = patiently("POST", "/approvals/request", asked, {"Idempotency-Key": str(uuid.uuid4())})["request"]
    path = "/approvals/" + request["request_id"]
    print(f"asked: {request['request_id']} is {request['status']}", file=sys.stderr)
    while request["status"] == "PENDING":
        request = patiently("GET", path + "?wait=25")
    if request["status"] not in ("APPROVED", "AUTO_APPROVED"):
        return request
    while request["execution_status"] in (None, "RUNNING", "PARTIAL"):
        time.sleep(0.3)
        request = patiently("GET", path)
    return request


def main():
    try:
        request = run(sys.argv[1], sys.argv[2:])
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 3
    for execution in request.get("executions", []):
        print((execution["output"] or "").rstrip())
        print(f"step {execution['step'] + 1}: {execution['status']}", file=sys.stderr)
    if request["status"] not in ("APPROVED", "AUTO_APPROVED"):
        print(f"{request['status']}: {request['decision_note']}", file=sys.stderr)
        return 3
    return 0 if request["execution_status"] == "SUCCEEDED" else 1


if __name__ == "__main__":
    sys.exit(main())
