"""An API of orders as FastAPI makes it, its description generated: authorized by OAuth, counted by its own middleware.

It shares no code with what tests it. `GET /fault?on=true` makes it answer order 1 for every id, and forget to look at tokens.
"""

from typing import Annotated
from urllib.parse import parse_qs
from uuid import uuid4

from fastapi import Depends, FastAPI, HTTPException, Path, Query, Request, Response
from fastapi.security import OAuth2PasswordBearer
from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest
from pydantic import BaseModel

SECRET = "orders-password"
ORDERS = 200

app = FastAPI(title="Orders", version="1.0.0")
requests = Counter("http_requests", "Requests answered.", ["method", "path", "status"])
tokens: set[str] = set()
fault = {"on": False}
authorized = OAuth2PasswordBearer(tokenUrl="token", auto_error=False)


class Line(BaseModel):
    sku: str
    quantity: int


class Order(BaseModel):
    id: int
    customer: str
    lines: list[Line]


class NewOrder(BaseModel):
    customer: str
    ref: str


class Created(NewOrder):
    id: int


class Page(BaseModel):
    customer: str
    items: list[Order]


class Health(BaseModel):
    status: str


class Token(BaseModel):
    access_token: str
    token_type: str


def order(number: int, customer: str | None = None) -> Order:
    return Order(id=number, customer=customer or f"c-{number % 20}", lines=[Line(sku=f"s-{number}", quantity=2)])


def known(token: Annotated[str | None, Depends(authorized)]) -> None:
    if token not in tokens and not fault["on"]:
        raise HTTPException(401, "not authenticated", headers={"WWW-Authenticate": "Bearer"})


Known = Annotated[None, Depends(known)]


@app.middleware("http")
async def count(request: Request, call_next):
    response = await call_next(request)
    route = request.scope.get("route")
    requests.labels(request.method, getattr(route, "path", "unknown"), str(response.status_code)).inc()
    return response


@app.get("/health")
async def health() -> Health:
    return Health(status="ok")


@app.get("/orders/{order_id}")
async def get_order(order_id: Annotated[int, Path(ge=1, le=ORDERS)], _: Known) -> Order:
    return order(1 if fault["on"] else order_id)


@app.get("/orders")
async def list_orders(customer: Annotated[str, Query(examples=["c-7"])], _: Known, limit: Annotated[int, Query(ge=1, le=10)] = 3) -> Page:
    return Page(customer=customer, items=[order(i + 1, customer) for i in range(limit)])


@app.post("/orders", status_code=201)
async def create_order(new: NewOrder, _: Known) -> Created:
    return Created(id=ORDERS + 1, **new.model_dump())


@app.post("/token", include_in_schema=False)
async def token(request: Request) -> Token:
    """As RFC 6749 says: a form and nothing else."""
    if request.headers.get("content-type", "").split(";")[0] != "application/x-www-form-urlencoded":
        raise HTTPException(422, "expected a form")
    form = parse_qs((await request.body()).decode())
    if form.get("grant_type") != ["password"] or form.get("password") != [SECRET]:
        raise HTTPException(400, "invalid_grant")
    made = uuid4().hex
    tokens.add(made)
    return Token(access_token=made, token_type="bearer")


@app.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@app.get("/fault", include_in_schema=False)
async def turn(on: bool) -> None:
    fault["on"] = on
