"""An OTLP/HTTP collector that keeps nothing: it reads traces by OpenTelemetry's own package and says what it read.

Prints its address, then one line of JSON for each request. Every answer accepts all spans and says by whom they were read.
"""

import gzip
import json
from http.server import BaseHTTPRequestHandler, HTTPServer

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status


def value(any_value):
    kind = any_value.WhichOneof("value")
    if kind == "array_value":
        return [value(one) for one in any_value.array_value.values]
    return None if kind is None else getattr(any_value, kind)


def attributes(pairs):
    said = {pair.key: value(pair.value) for pair in pairs}
    assert len(said) == len(pairs), "a key stands twice"
    return said


def span(one):
    return {
        "trace": one.trace_id.hex(),
        "span": one.span_id.hex(),
        "parent": one.parent_span_id.hex(),
        "name": one.name,
        "kind": Span.SpanKind.Name(one.kind),
        "start": one.start_time_unix_nano,
        "end": one.end_time_unix_nano,
        "attributes": attributes(one.attributes),
        "events": [
            {"at": event.time_unix_nano, "name": event.name, "attributes": attributes(event.attributes)}
            for event in one.events
        ],
        "links": [
            {"trace": link.trace_id.hex(), "span": link.span_id.hex(), "attributes": attributes(link.attributes)}
            for link in one.links
        ],
        "status": Status.StatusCode.Name(one.status.code),
        "says": one.status.message,
        "dropped": one.dropped_events_count,
    }


def read(body):
    request = ExportTraceServiceRequest.FromString(body)
    # what the package does not know it would keep as it came, and leave out where it names each field
    known = ExportTraceServiceRequest()
    known.CopyFrom(request)
    known.DiscardUnknownFields()
    (resource_spans,) = request.resource_spans
    (scope_spans,) = resource_spans.scope_spans
    return {
        "whole": known.ByteSize() == len(body) and bool(MessageToDict(request)),
        "resource": attributes(resource_spans.resource.attributes),
        "scope": [scope_spans.scope.name, scope_spans.scope.version],
        "spans": [span(one) for one in scope_spans.spans],
    }


class Collector(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        said = {"path": self.path, "type": self.headers["Content-Type"], **read(body)}
        print(json.dumps(said), flush=True)
        partial = ExportTracePartialSuccess(error_message="read by opentelemetry-proto")
        answer = ExportTraceServiceResponse(partial_success=partial).SerializeToString()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Collector)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
