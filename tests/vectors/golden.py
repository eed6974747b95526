"""What all vectors have in common: the folder, how a vector is written, and an order to encode."""

import base64
import json
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "fixtures" / "decode"
vectors = []


class Raw(str):
    """JSON text that stands for itself: a number that Python's json would round."""


def dumps(value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, bytes):
        return '{"$base64":"%s"}' % base64.b64encode(value).decode()
    if isinstance(value, Pairs):
        return "{" + ",".join(dumps(k) + ":" + dumps(v) for k, v in value) + "}"
    if isinstance(value, dict):
        return "{" + ",".join(dumps(k) + ":" + dumps(v) for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(dumps, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


class Pairs(list):
    """An object with its members in this order, duplicates and all."""


def vector(name, data, trail, events, **more):
    """`trail`: the layers of the first event. `events`: the text that each event must show."""
    (OUT / f"{name}.bin").write_bytes(data)
    texts = [event if isinstance(event, Raw) else dumps(event) for event in events]
    vectors.append({"name": name, "trail": trail, "events": texts, **more})


ORDER = {
    "eventType": "ORDER_CREATED",
    "orderId": "ord-7919",
    "total": 5129900000000000001,
    "note": "Größe 日本 \u2028",
    "lines": [{"sku": "SKU-1", "qty": 2, "price": 3.5}, {"sku": "SKU-2", "qty": 1, "price": -0.25}],
    "paid": True,
    "coupon": None,
}
TEXT = dumps(ORDER).encode()


def write_all():
    text = ",\n".join(json.dumps(vector, ensure_ascii=False) for vector in vectors)
    (OUT / "vectors.json").write_text(f"[\n{text}\n]\n")
