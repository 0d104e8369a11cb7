"""How the desk is watched: health, figures, and a line of log for each request.

None of them tells of people: routes are told by their rule, without what stands in a URL, and
neither accounts nor addresses are told.
"""

import os
import secrets
import time

import structlog
from flask import Blueprint, Flask, Request, Response, abort, g, json, request
from prometheus_client import CollectorRegistry
from prometheus_flask_exporter import PrometheusMetrics

from archive.store.guards import StoreFails
from archive.web.current import archive
from archive.web.listening import LOOPBACK
from domain.refusal import Refusal

_log = structlog.get_logger()


def watch(app: Flask) -> None:
    """Have requests counted, timed and told of."""
    blueprint = Blueprint("watching", __name__)
    blueprint.add_url_rule("/health", "health", _health)

    def route(asked: Request) -> str:  # and so the figures' label is called
        return asked.endpoint or "none"

    metrics = PrometheusMetrics(
        app,
        path=None,
        registry=CollectorRegistry(),
        group_by=route,
        defaults_prefix="shiji",
    )

    def figures() -> Response:
        if request.remote_addr not in LOOPBACK:
            abort(404)
        body, kind = metrics.generate_metrics()
        return Response(body, headers={"Content-Type": kind})

    blueprint.add_url_rule("/metrics", "metrics", figures)
    app.register_blueprint(blueprint)

    @app.before_request
    def begin() -> None:
        g.began, g.number = time.perf_counter(), secrets.token_hex(6)

    @app.after_request
    def told(response: Response) -> Response:
        if request.endpoint in ("static", "assets.asset", "watching.health", "watching.metrics"):
            return response
        took = time.perf_counter() - g.get("began", time.perf_counter())
        _log.info(
            "request",
            id=g.get("number"),
            pid=os.getpid(),
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round(1000 * took, 1),
        )
        response.headers["X-Request-Id"] = g.get("number", "")
        return response


def _health() -> Response:
    try:
        told, status = {"status": "ok", "position": archive().log.last_position()}, 200
    except (Refusal, StoreFails, OSError):
        told, status = {"status": "unavailable"}, 503
    return Response(json.dumps(told), status, mimetype="application/json")
