"""The mix for Locust: one task that sends the next turn, under the name of its endpoint. MIX_FILE is written by the bench."""

import json
import os

from locust import FastHttpUser, HttpUser, constant, task

with open(os.environ["MIX_FILE"], encoding="utf-8") as file:
    TURNS = json.load(file)


class Mix:
    wait_time = constant(0)
    turn = 0

    @task
    def send(self):
        one = TURNS[self.turn % len(TURNS)]
        self.turn += 1
        self.client.request(one["method"], one["path"], name=one["name"], data=one["body"], headers=one["headers"])


class Fast(Mix, FastHttpUser):
    pass


class Plain(Mix, HttpUser):
    pass
