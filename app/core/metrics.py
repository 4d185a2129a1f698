"""What is counted: requests with their time, and jobs. No name and no address of anybody."""

from functools import lru_cache
from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "equipoise_requests", "Requests answered.", ["method", "endpoint", "status"], registry=REGISTRY
)
SECONDS = Histogram("equipoise_request_seconds", "Time to answer.", ["endpoint"], registry=REGISTRY)
JOBS = Counter("equipoise_jobs", "Jobs run, by how they ended.", ["kind", "end"], registry=REGISTRY)
LATE_JOBS = Gauge("equipoise_late_jobs", "Jobs due that no worker took.", registry=REGISTRY)


def install(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_count)


def _start() -> None:
    g.began = perf_counter()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    _requests(request.method, endpoint, response.status_code).inc()
    if "began" in g:
        _seconds(endpoint).observe(perf_counter() - g.began)
    return response


@lru_cache(maxsize=2_048)
def _requests(method: str, endpoint: str, status: int) -> Counter:
    return REQUESTS.labels(method, endpoint, status)


@lru_cache(maxsize=512)
def _seconds(endpoint: str) -> Histogram:
    return SECONDS.labels(endpoint)
