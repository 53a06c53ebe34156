FROM python:3.11-slim AS build
# "cluster" adds what EXECUTOR=dask and OPENTELEMETRY=true need.
ARG LOCK=runtime
COPY requirements/${LOCK}.lock /tmp/chosen.lock
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/chosen.lock \
    && /opt/venv/bin/python -m pip uninstall --yes --quiet pip setuptools \
    && find /opt/venv -type d -name tests -prune -exec rm -rf {} +
COPY app /srv/app
COPY static /srv/static
RUN /opt/venv/bin/python -m compileall -q /srv/app

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin thalweg
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv /srv
WORKDIR /srv
# /dev/shm can be written even where nothing else can; the worker processes' socket goes there.
ENV HOST=0.0.0.0 \
    PORT=8000 \
    LOG_FORMAT=json \
    TMPDIR=/dev/shm \
    PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["/opt/venv/bin/python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
CMD ["/opt/venv/bin/python", "-m", "app"]
