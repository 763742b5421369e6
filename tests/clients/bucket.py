"""A storage service that speaks S3, for one story: on a port of its own of this machine, with one bucket,
until its input ends."""

import sys

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
address = f"http://{host}:{port}"
boto3.client(
    "s3",
    endpoint_url=address,
    region_name="us-east-1",
    aws_access_key_id="balai",
    aws_secret_access_key="secret",
).create_bucket(Bucket="files")
print(f"ready: {address}", flush=True)
sys.stdin.read()
server.stop()
