# Builds Balai from source and puts it alone on a small Debian. SQLite and the PostgreSQL client are
# compiled in, so the image needs no database library.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --locked --profile dist --package server --bin balai

FROM debian:bookworm-slim
RUN useradd --system --uid 1000 --home-dir /data balai \
    && install --directory --owner=balai --group=balai /data
COPY --from=build /src/target/dist/balai /usr/local/bin/balai
USER balai
WORKDIR /data
VOLUME /data
# Inside a container the port must be open to the outside of it; publish it to 127.0.0.1 only.
ENV BALAI_BIND=0.0.0.0:3000 BALAI_DATA_DIR=/data
EXPOSE 3000
STOPSIGNAL SIGTERM
ENTRYPOINT ["balai"]
CMD ["serve"]
