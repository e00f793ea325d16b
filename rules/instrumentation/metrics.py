"""Metrics of the speech-to-text service: what the backend and its Celery workers expose.

The backend calls `install(app, …)` once its routes are known (see main.py), a worker calls `instrument_celery(app)`
(see celery_config.py). Everything else is counted where it happens, through the functions below.

Only prometheus_client is needed to import this file; FastAPI, Celery, SQLAlchemy and redis are reached through the
objects that are passed in. With PROMETHEUS_MULTIPROC_DIR set (Celery's prefork pool, several uvicorn workers), the
processes of one container share their samples through files in that directory, which must be empty at start.
"""

import asyncio
import gzip
import os
import re
import time
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
    start_http_server,
)

# Label values that are known beforehand. A series that appears with its first event has no rate for that event, and an
# expression that needs it returns nothing until then: so every child below is created before anything happens.
QUEUES = ("high", "medium", "low")
CACHE_TYPES = ("transcription", "chunk")
SERVER_ERRORS = ("500", "502", "503", "504")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PAGES = ("/", "/upload", "/jobs", "/jobs/:id")
FILE_SIZES_MB = ((10, "0-10"), (50, "10-50"), (100, "50-100"), (500, "100-500"))

# Request metrics
http_requests_total = Counter(
    "http_requests_total",
    "HTTP requests answered, by route template",
    ["method", "endpoint", "status"],
)

http_request_duration_seconds = Histogram(
    "http_request_duration_seconds",
    "HTTP request latency, by route template",
    ["method", "endpoint"],
    # 2.0 added: SlowAPIResponses compares with 2, which lay inside the bucket from 1 to 2.5.
    buckets=[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0],
)

# Database metrics
db_query_duration_seconds = Histogram(
    "db_query_duration_seconds",
    "Database query duration",
    ["operation", "table"],
    # 2.5 to 10 added: a quantile never exceeds the last finite bucket, so with 1.0 as the last one it was never above 1.
    buckets=[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0],
)

# Each process has a pool of its own, so each is compared with its own limit: no summing over processes.
db_connections_active = Gauge(
    "db_connections_active",
    "Database connections in use, of this process's pool",
    multiprocess_mode="liveall",
)

# Added: DatabaseConnectionPoolExhausted divides by it, and nothing exposed it.
db_connections_max = Gauge(
    "db_connections_max",
    "Database connections that this process's pool may open",
    multiprocess_mode="liveall",
)

# Redis metrics. The memory gauge is gone: redis_exporter measures the server itself, with the limit beside it.
redis_cache_hits = Counter(
    "redis_cache_hits_total",
    "Redis cache hits",
    ["cache_type"],
)

redis_cache_misses = Counter(
    "redis_cache_misses_total",
    "Redis cache misses",
    ["cache_type"],
)

# Added for the alert on connection errors.
redis_connection_errors = Counter(
    "redis_connection_errors_total",
    "Calls to Redis that failed to connect, timed out or lost their connection",
)

# Celery metrics
celery_task_duration_seconds = Histogram(
    "celery_task_duration_seconds",
    "Celery task duration, of tasks that ran to their end",
    ["task_name", "status"],
    buckets=[1, 5, 10, 30, 60, 300, 600, 1800, 3600],
)

# Added for the alert on failed tasks: a task whose process is killed has no duration, but is counted here.
celery_task_failures = Counter(
    "celery_task_failures_total",
    "Celery tasks that failed, killed ones included",
    ["task_name"],
)

# Asked of Redis when the backend is scraped; only there, so that a queue is counted once.
celery_queue_depth = Gauge(
    "celery_queue_depth",
    "Tasks that wait in a Celery queue",
    ["queue_name"],
    multiprocess_mode="livemostrecent",
)

# Processing metrics
processing_chunks_total = Counter(
    "processing_chunks_total",
    "Chunks processed",
    ["status", "from_cache"],
)

# Added: the record asks for concurrency.
processing_chunks_in_progress = Gauge(
    "processing_chunks_in_progress",
    "Chunks being processed now",
    multiprocess_mode="livesum",
)

processing_file_duration_seconds = Histogram(
    "processing_file_duration_seconds",
    "File processing duration, by class of file size",
    # A class such as "10-50", not the size itself: every new size would be twelve series more, for ever.
    ["file_size_mb"],
    buckets=[10, 30, 60, 120, 300, 600, 1200],
)

# Frontend metrics: added, the record asks for them. Browsers send them to the backend (record_vital).
web_vitals_lcp_seconds = Histogram(
    "web_vitals_lcp_seconds",
    "Largest Contentful Paint",
    ["page"],
    buckets=[0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0, 20.0],
)

web_vitals_fid_seconds = Histogram(
    "web_vitals_fid_seconds",
    "First Input Delay",
    ["page"],
    buckets=[0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0],
)

web_vitals_cls = Histogram(
    "web_vitals_cls",
    "Cumulative Layout Shift, a score without unit",
    ["page"],
    buckets=[0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0],
)

web_vitals_tti_seconds = Histogram(
    "web_vitals_tti_seconds",
    "Time To Interactive",
    ["page"],
    buckets=[0.5, 1.0, 2.0, 3.8, 5.0, 7.3, 10.0, 20.0],
)

web_vitals_tbt_seconds = Histogram(
    "web_vitals_tbt_seconds",
    "Total Blocking Time",
    ["page"],
    buckets=[0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0, 2.0, 5.0],
)

frontend_api_request_duration_seconds = Histogram(
    "frontend_api_request_duration_seconds",
    "API latency as the browser sees it, network included",
    ["page"],
    buckets=[0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0],
)

frontend_bundle_size_bytes = Gauge(
    "frontend_bundle_size_bytes",
    "Size of a built script or style sheet, compressed as it is sent",
    ["bundle"],
    multiprocess_mode="mostrecent",
)

# name in the beacon -> metric, factor from the browser's unit (milliseconds, or none) to ours
VITALS = {
    "LCP": (web_vitals_lcp_seconds, 0.001),
    "FID": (web_vitals_fid_seconds, 0.001),
    "CLS": (web_vitals_cls, 1.0),
    "TTI": (web_vitals_tti_seconds, 0.001),
    "TBT": (web_vitals_tbt_seconds, 0.001),
    "API": (frontend_api_request_duration_seconds, 0.001),
}

for cache_type in CACHE_TYPES:
    redis_cache_hits.labels(cache_type)
    redis_cache_misses.labels(cache_type)


# Exposition


class LiveProcessCollector(multiprocess.MultiProcessCollector):
    """Merges the processes' files, after forgetting the gauges of processes that were killed."""

    def collect(self):
        for file in Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).glob("gauge_live*_*.db"):
            pid = int(file.stem.rsplit("_", 1)[1])
            if not Path(f"/proc/{pid}").exists():
                multiprocess.mark_process_dead(pid)
        return super().collect()


def scrape_registry():
    """The registry to expose: this process's own, or one that merges all processes of the container."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    LiveProcessCollector(registry)
    return registry


# The backend


class MetricsMiddleware:
    """Counts and times every request, and answers GET /metrics itself, which the record mounts nowhere.

    A plain ASGI middleware, not `@app.middleware("http")`: that one needs an `app` in this file, and the record's lets
    an unhandled exception pass by uncounted, the very 500s that HighErrorRate is for.
    """

    def __init__(self, app, queue_client=None):
        self.app = app
        self.queue_client = queue_client
        self.registry = scrape_registry()

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] == "/metrics":
            await self.expose(send)
        else:
            await self.measure(scope, receive, send)

    async def measure(self, scope, receive, send):
        status = "499"  # as nginx says: the client went away before there was an answer

        async def watch(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        start = time.perf_counter()  # not time.time(), which jumps when the clock is set
        try:
            await self.app(scope, receive, watch)
        except Exception:
            status = "500"
            raise
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            endpoint = route_template(scope)
            http_requests_total.labels(method, endpoint, status).inc()
            http_request_duration_seconds.labels(method, endpoint).observe(time.perf_counter() - start)

    async def expose(self, send):
        if self.queue_client is not None:
            await asyncio.to_thread(read_queue_depths, self.queue_client)
        body = await asyncio.to_thread(generate_latest, self.registry)
        headers = [(b"content-type", CONTENT_TYPE_LATEST.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def route_template(scope):
    """`/jobs/{id}`, never `/jobs/17`: with the raw path every id is a series, seen once and without a rate."""
    return getattr(scope.get("route"), "path", "unmatched")


def install(app, queue_client=None):
    """Adds the middleware to a FastAPI or Starlette application and creates the series of all its routes at zero.

    `queue_client` is a redis client with short timeouts, connected to Celery's broker.
    """
    app.add_middleware(MetricsMiddleware, queue_client=queue_client)
    for route in app.routes:
        for method in getattr(route, "methods", None) or ():
            http_request_duration_seconds.labels(method, route.path)
            for status in SERVER_ERRORS:
                http_requests_total.labels(method, route.path, status)
    for metric, _ in VITALS.values():
        for page in PAGES:
            metric.labels(page)


def read_queue_depths(client):
    """Asks Redis how long each queue is; while it cannot be asked, there is no depth rather than an old one."""
    try:
        with redis_call():
            depths = {queue: client.llen(queue) for queue in QUEUES}
    except Exception:
        celery_queue_depth.clear()
        return
    for queue, depth in depths.items():
        celery_queue_depth.labels(queue).set(depth)


def record_vital(name, value, page):
    """Takes one measurement that a browser sent. Browsers send anything: what makes no sense is dropped."""
    known = VITALS.get(name)
    if known is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    metric, factor = known
    if 0 <= value <= 600_000:  # ten minutes; false for NaN, too
        metric.labels(page if page in PAGES else "other").observe(value * factor)


def record_bundle_sizes(directory):
    """Measures the built frontend: every script and style sheet, under its name without the content hash."""
    sizes = {}
    for file in sorted(Path(directory).rglob("*")):
        if file.suffix in (".js", ".css"):
            bundle = re.sub(r"[-.][0-9A-Za-z_-]{8,}(?=\.(?:js|css)$)", "", file.name)
            sizes[bundle] = sizes.get(bundle, 0) + len(gzip.compress(file.read_bytes()))
    for bundle, size in sizes.items():
        frontend_bundle_size_bytes.labels(bundle).set(size)


# Both


@contextmanager
def observe_query(operation, table):
    """Times one database query, failing ones included."""
    start = time.perf_counter()
    try:
        yield
    finally:
        db_query_duration_seconds.labels(operation, table).observe(time.perf_counter() - start)


def watch_pool(engine, pool_size, max_overflow):
    """Follows the connection pool of an SQLAlchemy engine that was made with these two numbers."""
    from sqlalchemy import event

    db_connections_max.set(pool_size + max_overflow)
    event.listen(engine, "checkout", lambda *_: db_connections_active.inc())
    event.listen(engine, "checkin", lambda *_: db_connections_active.dec())


@contextmanager
def redis_call():
    """Counts the calls to Redis that could not reach it."""
    from redis.exceptions import ConnectionError, TimeoutError

    try:
        yield
    except (ConnectionError, TimeoutError):
        redis_connection_errors.inc()
        raise


def record_cache_lookup(cache_type, hit):
    """Counts one lookup in the cache of this type."""
    (redis_cache_hits if hit else redis_cache_misses).labels(cache_type).inc()


@contextmanager
def process_chunk(from_cache):
    """Counts one chunk, while it is processed and after."""
    status = "failure"
    processing_chunks_in_progress.inc()
    try:
        yield
        status = "success"
    finally:
        processing_chunks_in_progress.dec()
        processing_chunks_total.labels(status, "true" if from_cache else "false").inc()


def record_file(size_bytes, seconds):
    """Files how long a whole file took, by class of its size."""
    size_mb = size_bytes / (1024 * 1024)
    size_class = next((name for limit, name in FILE_SIZES_MB if size_mb < limit), "500+")
    processing_file_duration_seconds.labels(size_class).observe(seconds)


# The workers


def instrument_celery(app):
    """Measures the tasks of a Celery application and exposes the worker's metrics on METRICS_PORT.

    The port opens when the worker is ready to take tasks, in its main process; the record starts no server at all, so
    that its scrapes of 9540 to 9542 find nobody. Tasks run in forked processes, whose samples come through files.
    """
    from celery import signals

    started = {}

    @signals.worker_ready.connect(weak=False)
    def expose(**_):
        for task_name in app.tasks:
            if not task_name.startswith("celery."):
                celery_task_failures.labels(task_name)
                celery_task_duration_seconds.labels(task_name, "success")
        for status in ("success", "failure"):
            for from_cache in ("true", "false"):
                processing_chunks_total.labels(status, from_cache)
        start_http_server(int(os.environ["METRICS_PORT"]), registry=scrape_registry())

    @signals.task_prerun.connect(weak=False)
    def begin(task_id, **_):
        started[task_id] = time.perf_counter()

    @signals.task_postrun.connect(weak=False)
    def end(task_id, task, state, **_):
        start = started.pop(task_id, None)
        if start is not None:
            status = (state or "unknown").lower()
            celery_task_duration_seconds.labels(task.name, status).observe(time.perf_counter() - start)

    # Sent by the forked process for an exception, and by the main one when that process was killed.
    @signals.task_failure.connect(weak=False)
    def fail(sender, **_):
        celery_task_failures.labels(sender.name).inc()
