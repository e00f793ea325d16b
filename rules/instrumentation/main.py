"""The backend: error tracking, routes, metrics. Only what the decision record touches."""

import os

import redis
import sentry_sdk
from fastapi import FastAPI, Request
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.fastapi import FastApiIntegration
from sentry_sdk.integrations.redis import RedisIntegration
from sentry_sdk.integrations.sqlalchemy import SqlalchemyIntegration

from app import metrics
from app.settings import settings


# Moved up: the record names it in init() and defines it below, which is a NameError when the module is imported.
def event_filter(event, hint):
    # Filter out health check transactions. `or ""`: a transaction without a name is None, which has no startswith.
    if (event.get("transaction") or "").startswith("/health"):
        return None
    return event


sentry_sdk.init(
    dsn=settings.sentry_dsn,
    integrations=[
        FastApiIntegration(),
        CeleryIntegration(),
        RedisIntegration(),
        SqlalchemyIntegration(),
    ],
    traces_sample_rate=0.1,  # 10% of transactions
    profiles_sample_rate=0.1,  # 10% of profiles
    environment=settings.environment,
    release=settings.version,
    before_send_transaction=event_filter,
)

app = FastAPI()


@app.get("/health")
async def health():
    return {"status": "ok"}


@app.post("/vitals", status_code=204)
async def vitals(request: Request):
    """Takes the beacons of the frontend: [{"name": "LCP", "value": 1830.5, "page": "/upload"}, …], at most 20."""
    try:
        beacons = await request.json()
    except ValueError:
        return
    for beacon in beacons[:20] if isinstance(beacons, list) else ():
        if isinstance(beacon, dict) and isinstance(beacon.get("name"), str):
            metrics.record_vital(beacon["name"], beacon.get("value"), beacon.get("page"))


# The service's own routers are included here, before install(), which creates the series of every route.
metrics.install(
    app,
    queue_client=redis.Redis.from_url(
        os.environ["CELERY_BROKER_URL"], socket_connect_timeout=1, socket_timeout=1
    ),
)
if os.environ.get("FRONTEND_DIST"):
    metrics.record_bundle_sizes(os.environ["FRONTEND_DIST"])
