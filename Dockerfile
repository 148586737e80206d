# infopoint in a container: what `make install` does, for a user of its own. Built and started by compose.yaml.
FROM python:3.11-slim

# No address of a package index stands here or in the lock: pip takes what it is set to take, and checks every hash.
COPY requirements.lock /source/requirements.lock
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /source/requirements.lock

COPY pyproject.toml README.md LICENSE /source/
COPY bot /source/bot
COPY knowledge /source/knowledge
COPY locales /source/locales
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --no-index /source

# What the program may write: /data has the key file, and the database where that is SQLite.
RUN useradd --system --create-home --home-dir /home/infopoint infopoint && install -d -o infopoint -g infopoint -m 700 /data
USER infopoint
WORKDIR /
VOLUME /data
ENV INFOPOINT_HOST=0.0.0.0
EXPOSE 8080
ENTRYPOINT ["infopoint"]
CMD ["run"]
