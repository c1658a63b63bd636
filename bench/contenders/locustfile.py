"""The mix for Locust: one task that sends the next turn, under the name of its endpoint. MIX_FILE is written by the bench."""

import json
import os
from urllib.parse import parse_qs, urlsplit

from locust import FastHttpUser, HttpUser, constant

with open(os.environ["MIX_FILE"], encoding="utf-8") as file:
    TURNS = json.load(file)


def send(user):
    one = TURNS[user.turn % len(TURNS)]
    user.turn += 1
    user.client.request(one["method"], one["path"], name=one["name"], data=one["body"], headers=one["headers"])


class Fast(FastHttpUser):
    wait_time = constant(0)
    tasks = [send]
    turn = 0


class Plain(HttpUser):
    wait_time = constant(0)
    tasks = [send]
    turn = 0


def is_text(value):
    return isinstance(value, str) and value != ""


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def health(one, answer, response):
    return answer["status"] == "healthy" and is_text(answer["version"]) and answer["uptime_s"] >= 0


def resource(one, answer, response):
    return (
        answer["id"] == one["path"].rsplit("/", 1)[1]
        and is_text(answer["name"])
        and is_text(answer["owner"])
        and all(is_text(tag) for tag in answer["tags"])
        and is_count(answer["revision"])
        and isinstance(answer["payload"], dict)
        and is_text(response.headers.get("ETag"))
        and response.headers.get("X-Cache") in ("HIT", "MISS")
    )


def resources(one, answer, response):
    asked = {key: int(value) for key, (value,) in parse_qs(urlsplit(one["path"]).query).items()}
    items = answer["items"]
    return (
        answer["limit"] == asked["limit"]
        and answer["offset"] == asked["offset"]
        and is_count(answer["total"])
        and len({item["id"] for item in items}) == len(items) == asked["limit"]
        and all(is_text(item["id"]) and is_text(item["name"]) and is_count(item["revision"]) for item in items)
    )


def action(one, answer, response):
    sent = json.loads(one["body"])
    return (
        is_text(answer["id"])
        and answer["status"] == "accepted"
        and all(answer[key] == sent[key] for key in ("action", "payload", "ref"))
    )


CHECKS = {"health": health, "resource": resource, "resources": resources, "action": action}


def send_and_check(user):
    one = TURNS[user.turn % len(TURNS)]
    user.turn += 1
    with user.client.request(
        one["method"], one["path"], name=one["name"], data=one["body"], headers=one["headers"], catch_response=True
    ) as response:
        if response.status_code not in (200, 201):
            response.failure(f"status {response.status_code}")
        elif not response.headers.get("Content-Type", "").startswith("application/json"):
            response.failure("is not JSON")
        elif not CHECKS[one["name"]](one, response.json(), response):
            response.failure("is wrong")


class Checking(FastHttpUser):
    """Reads every answer, as `http` checks every answer."""

    wait_time = constant(0)
    tasks = [send_and_check]
    turn = 0
