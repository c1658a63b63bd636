"""The mix for Locust: one task that sends the next turn, under the name of its endpoint. MIX_FILE is written by the bench."""

import json
import os

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
