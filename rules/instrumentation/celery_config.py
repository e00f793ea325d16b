"""The Celery application (`celery -A app.celery_config worker`), with its metrics."""

import os

from celery import Celery

from app import metrics

celery_app = Celery("stt", broker=os.environ["CELERY_BROKER_URL"], include=["app.tasks"])

metrics.instrument_celery(celery_app)
