"""Makes the golden vectors of the decode crate with other implementations than ours.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
    npm --prefix ../bench ci
    .venv/bin/python make_vectors.py

Writes tests/fixtures/decode: one file of bytes per vector, the schemas but shop.proto, and vectors.json,
which says what each record must show. What is expected comes from the values that were encoded, never from a
decoder. The results are committed; the Rust tests need no Python.

It does not make damaged records: those are made in the tests, from these.
"""

import base64
import datetime
import decimal
import gzip
import hashlib
import json
import struct
import uuid
import zlib
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import cbor2
import fastavro
import fastavro._write_py as avro_writer
import lz4.frame
import msgpack
import zstandard
from fastavro.schema import fingerprint, to_parsing_canonical_form
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from envelope_vectors import change_records, cloud_events, cloud_watch, dms, failures, messages
from golden import OUT, TEXT, Pairs, Raw, vector, write_all
from grpc_tools import protoc
from kpl_vectors import kpl_by_node, kpl_by_python
from snappy_by_hand import snappy_frame, snappy_raw

GLUE_ID = uuid.UUID("b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63")


# --- compression ---------------------------------------------------------------------------------


def compression():
    gz = gzip.compress(TEXT, mtime=0)
    vector("gzip", gz, ["gzip", "json"], [Raw(TEXT.decode())])
    two = gzip.compress(TEXT[:40], mtime=0) + gzip.compress(TEXT[40:], mtime=0)
    vector("gzip-members", two, ["gzip", "json"], [Raw(TEXT.decode())])
    vector("gzip-twice", gzip.compress(gz, mtime=0), ["gzip", "gzip", "json"], [Raw(TEXT.decode())])
    for level in (1, 9):
        vector(f"zlib-{level}", zlib.compress(TEXT, level), ["zlib", "json"], [Raw(TEXT.decode())])
    packed = zstandard.ZstdCompressor(level=19, write_checksum=True).compress(TEXT)
    vector("zstd", packed, ["zstd", "json"], [Raw(TEXT.decode())])
    packed = lz4.frame.compress(TEXT * 3, content_checksum=True, block_linked=True)
    vector("lz4", packed, ["lz4", "json-documents", "json"], [Raw(TEXT.decode())] * 3)
    vector("snappy-frame", snappy_frame(TEXT), ["snappy-frame", "json"], [Raw(TEXT.decode())])
    vector("snappy-raw", snappy_raw(TEXT), ["snappy", "json"], [Raw(TEXT.decode())])
    vector("base64", base64.b64encode(TEXT), ["base64", "json"], [Raw(TEXT.decode())])
    vector("base64-lines", base64.encodebytes(gz), ["base64", "gzip", "json"], [Raw(TEXT.decode())])
    url = base64.urlsafe_b64encode(gz).rstrip(b"=")
    vector("base64-url", url, ["base64", "gzip", "json"], [Raw(TEXT.decode())])
    quoted = json.dumps(base64.b64encode(TEXT).decode()).encode()
    vector("base64-in-json", quoted, ["base64", "json"], [Raw(TEXT.decode())])


# --- text formats --------------------------------------------------------------------------------


def documents():
    second = '{"n":[1.50,1E400]}'
    trail = ["json-documents", "json"]
    expected = [Raw(TEXT.decode()), Raw(second)]
    vector("ndjson", TEXT + b"\n" + second.encode() + b"\r\n", trail, expected)
    vector("concatenated", TEXT + second.encode(), trail, expected)
    vector("json-sequence", b"\x1e" + TEXT + b"\n\x1e" + second.encode() + b"\n", trail, expected)


def texts():
    plain = "2025-10-30 12:00:00 ERROR Größe 日本: \t no JSON {\n"
    vector("text", plain.encode(), ["text"], [Raw(plain)])
    # no byte of it is one of UTF-8's after the first 16
    noise = bytes([0, 255]) + hashlib.sha512(TEXT).digest()
    vector("binary", noise, ["binary"], [Raw(noise.decode("utf-8", "replace"))])
    order = ElementTree.Element("order", {"id": "ord-7919", "note": 'a "b" <c> & \u2028'})
    for number, sku in enumerate(("SKU-1", "Größe & <>"), 1):
        ElementTree.SubElement(order, "line", {"qty": str(number)}).text = sku
    ElementTree.SubElement(order, "paid").text = "true"
    ElementTree.SubElement(order, "coupon")
    lines = Pairs([("line", Pairs([("@qty", "1"), ("#text", "SKU-1")])), ("line", Pairs([("@qty", "2"), ("#text", "Größe & <>")]))])
    shown = Pairs([("@id", "ord-7919"), ("@note", 'a "b" <c> & \u2028'), *lines, ("paid", "true"), ("coupon", "")])
    vector("xml", ElementTree.tostring(order, encoding="utf-8"), ["xml"], [Pairs([("order", shown)])])
    declared = ElementTree.tostring(order, encoding="utf-8", xml_declaration=True)
    vector("xml-declared", declared, ["xml"], [Pairs([("?xml", "version='1.0' encoding='utf-8'"), ("order", shown)])])


# --- MessagePack and CBOR ------------------------------------------------------------------------

VALUES = {
    "small": 7, "minus": -33, "u64": 2**64 - 1, "i64": -(2**63), "half": 0.5, "pi": 3.141592653589793,
    "tiny": 5e-324, "yes": True, "no": False, "nil": None, "text": "Größe 日本", "long": "x" * 300,
    "bytes": b"\x00\xff\x80", "list": [[], {}, [1, "two"]], "map": {"a": {"b": {}}}, "many": list(range(20)),
}


def message_pack():
    vector("messagepack", msgpack.packb(VALUES), ["message-pack"], [VALUES])
    more = {
        "ext": msgpack.ExtType(5, b"abc"),
        "time": msgpack.Timestamp(1_700_000_000, 250),
        "old": msgpack.Timestamp(-1, 999_999_999),
        "single": 0.1,
    }
    expected = {
        "ext": Pairs([("$ext", 5), ("$base64", base64.b64encode(b"abc").decode())]),
        "time": {"$timestamp": {"seconds": 1_700_000_000, "nanoseconds": 250}},
        "old": {"$timestamp": {"seconds": -1, "nanoseconds": 999_999_999}},
        "single": 0.1,
    }
    packed = msgpack.packb(more, use_single_float=True)
    vector("messagepack-extensions", packed, ["message-pack"], [expected])
    numbered = {1: "one", -2: [True], "three": 3.0}
    expected = Pairs([("1", "one"), ("-2", [True]), ("three", 3.0)])
    vector("messagepack-keys", msgpack.packb(numbered), ["message-pack"], [expected])


def cbor():
    vector("cbor", cbor2.dumps(VALUES), ["cbor"], [VALUES])
    big, low = 2**200 + 1, -(2**90)
    more = {
        "big": big, "low": low, "price": decimal.Decimal("51299.00"), "nan": float("nan"),
        "uri": cbor2.CBORTag(32, "https://example.com"), "undefined": cbor2.undefined,
        "simple": cbor2.CBORSimpleValue(99), "when": datetime.datetime(2025, 10, 30, 12, tzinfo=datetime.timezone.utc),
    }
    expected = {
        "big": Raw(big), "low": Raw(low), "price": Raw("5129900e-2"), "nan": {"$float": "NaN"},
        "uri": Pairs([("$tag", 32), ("$value", "https://example.com")]), "undefined": {"$simple": 23},
        "simple": {"$simple": 99}, "when": Pairs([("$tag", 0), ("$value", "2025-10-30T12:00:00Z")]),
    }
    vector("cbor-tags", cbor2.dumps(more), ["cbor"], [expected])
    shortest = cbor2.dumps({"a": 1.5, "b": 100000.0, "c": [1, {"d": b"x"}]}, canonical=True)
    described = cbor2.dumps(cbor2.CBORTag(55799, cbor2.loads(shortest)))
    vector("cbor-described", described, ["cbor"], [{"a": 1.5, "b": 100000.0, "c": [1, {"d": b"x"}]}])
    # RFC 8949, appendix A: indefinite lengths
    pieces = bytes.fromhex("bf61615f42010243030405ff61629f01820203ff61637f657374726561646d696e67ffff")
    vector("cbor-pieces", pieces, ["cbor"], [{"a": b"\1\2\3\4\5", "b": [1, [2, 3]], "c": "streaming"}])


# --- Avro ----------------------------------------------------------------------------------------

AVRO = {
    "type": "record", "name": "OrderPlaced", "namespace": "shop.v1", "doc": "not part of the fingerprint",
    "fields": [
        {"name": "order_id", "type": "string"},
        {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 30, "scale": 2}},
        {"name": "fee", "type": {"type": "fixed", "name": "Fee", "size": 4, "logicalType": "decimal", "precision": 8, "scale": 3}},
        {"name": "placed_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["OPEN", "PAID"]}},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "ref", "type": ["null", "long", {"type": "record", "name": "Ref", "fields": [{"name": "id", "type": "int"}]}]},
        {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
            {"name": "sku", "type": "string"}, {"name": "qty", "type": "int"}, {"name": "price", "type": "double"}]}}},
        {"name": "labels", "type": {"type": "map", "values": ["null", "boolean"]}},
        {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 3}},
        {"name": "ratio", "type": "float"},
        {"name": "parent", "type": ["null", "OrderPlaced"], "default": None},
    ],
}


def avro_order(number, parent=None):
    return {
        "order_id": f"ord-{number}", "total": decimal.Decimal("51299000000000000001.50"), "fee": decimal.Decimal("-0.125"),
        "placed_at": 1_700_000_000_123, "state": "PAID", "note": None if number % 2 else "Größe",
        "ref": 2**40 if number % 2 else ("shop.v1.Ref", {"id": -1}),
        "lines": [{"sku": "SKU-1", "qty": 2, "price": 3.5}, {"sku": "SKU-2", "qty": -1, "price": 0.1}],
        "labels": {"new": True, "none": None}, "hash": b"\x00\x01\xff", "ratio": 0.25, "parent": parent,
    }


def avro_expected(order):
    if order is None:
        return None
    ref = order["ref"]
    return {
        **order, "total": Raw(order["total"]), "fee": Raw("-0.125"),
        "ref": {ref[0]: ref[1]} if isinstance(ref, tuple) else {"long": ref},
        "parent": avro_expected(order["parent"]),
    }


def snappy_block(encoder, data, _level):
    packed = snappy_raw(data) + struct.pack(">I", zlib.crc32(data))
    encoder.write_long(len(packed))
    encoder._fo.write(packed)


def zstandard_block(encoder, data, _level):
    packed = zstandard.ZstdCompressor().compress(data)
    encoder.write_long(len(packed))
    encoder._fo.write(packed)


def avro():
    schema = fastavro.parse_schema(json.loads(json.dumps(AVRO)))
    (OUT / "orders.avsc").write_text(json.dumps(AVRO, indent=1) + "\n")
    orders = [avro_order(1), avro_order(2, avro_order(3))]
    expected = [avro_expected(order) for order in orders]
    avro_writer.BLOCK_WRITERS["snappy"] = snappy_block
    avro_writer.BLOCK_WRITERS["zstandard"] = zstandard_block
    for codec in ("null", "deflate", "snappy", "zstandard"):
        out = BytesIO()
        avro_writer.writer(out, schema, orders, codec=codec, sync_marker=b"0123456789abcdef", sync_interval=64)
        vector(f"avro-{codec}", out.getvalue(), ["avro-container", "avro"], expected)
    out = BytesIO()
    fastavro.schemaless_writer(out, schema, orders[0])
    datum = out.getvalue()
    vector("avro-datum", datum, ["avro"], expected[:1], pinned=[{"layer": "avro", "schema": "file:orders.avsc"}])
    canonical = to_parsing_canonical_form(AVRO)
    mark = rabin(canonical.encode()).to_bytes(8, "little")
    assert fingerprint(canonical, "CRC-64-AVRO") in (mark.hex(), mark[::-1].hex())
    vector("avro-single-object", b"\xc3\x01" + mark + datum, ["avro"], expected[:1])
    glue = GLUE_ID.bytes
    vector("avro-glue", b"\x03\x00" + glue + datum, ["glue", "avro"], expected[:1], schemas={f"glue:{GLUE_ID}": "orders.avsc"})
    packed = b"\x03\x05" + glue + zlib.compress(datum)
    vector("avro-glue-zlib", packed, ["glue", "avro"], expected[:1], schemas={f"glue:{GLUE_ID}": "orders.avsc"})
    vector("avro-confluent", b"\x00\x00\x00\x00\x07" + datum, ["confluent", "avro"], expected[:1], schemas={"confluent:7": "orders.avsc"})


def rabin(data):
    """The specification's CRC-64-AVRO."""
    empty = 0xC15D213AA4D7A795
    crc = empty
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (empty if crc & 1 else 0)
    return crc


# --- Protobuf ------------------------------------------------------------------------------------

def proto():
    arguments = ["protoc", f"-I{OUT}", "--include_imports", f"-o{OUT / 'shop.desc'}", "shop.proto"]
    google = Path(protoc.__file__).parent / "_proto"
    assert protoc.main([*arguments[:2], f"-I{google}", *arguments[2:]]) == 0
    files = descriptor_pb2.FileDescriptorSet.FromString((OUT / "shop.desc").read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    kind = message_factory.GetMessageClass(pool.FindMessageTypeByName("shop.v1.OrderPlaced"))
    order = kind(
        order_id="ord-7919", amount=5129900000000000001, state=2, hash=b"\x00\xff", packed=[1, 2**32 - 1],
        loose=[0.5, -1e-7], number=2**64 - 1, paid=True, low=-(2**63), ratio=0.1,
    )
    order.customer.id = "cust-42"
    order.customer.address.city = "Jakarta"
    order.lines.add(sku="SKU-1", qty=2)
    order.lines.add()
    order.labels["new"] = -3
    order.by_number[-7].sku = "SKU-9"
    order.placed_at.seconds, order.placed_at.nanos = 1_700_000_000, 5
    data = order.SerializeToString(deterministic=True)
    expected = {
        "order_id": "ord-7919", "customer": {"id": "cust-42", "address": {"city": "Jakarta"}}, "amount": 5129900000000000001,
        "lines": [{"sku": "SKU-1", "qty": 2}, {}], "state": "PAID", "labels": {"new": -3},
        "by_number": {"-7": {"sku": "SKU-9"}}, "hash": b"\x00\xff", "packed": [1, 2**32 - 1], "loose": [0.5, Raw("-1e-7")],
        "placed_at": {"seconds": 1_700_000_000, "nanos": 5}, "number": 2**64 - 1, "paid": True, "low": -(2**63), "ratio": 0.1,
    }
    by_text = [{"layer": "protobuf", "schema": "file:shop.proto", "message": "shop.v1.OrderPlaced"}]
    by_set = [{"layer": "protobuf", "schema": "file:shop.desc", "message": "shop.v1.OrderPlaced"}]
    vector("protobuf", data, ["protobuf"], [expected], pinned=by_text)
    vector("protobuf-set", data, ["protobuf"], [expected], pinned=by_set)
    vector("protobuf-guessed", data, ["protobuf"], [expected])
    # a newer producer's field is unknown to Customer
    city = kind(order_id="cust-42", amount=3).SerializeToString()
    by_older = [{"layer": "protobuf", "schema": "file:shop.proto", "message": "shop.v1.Customer"}]
    vector("protobuf-unknown", city, ["protobuf"], [{"id": "cust-42", "#4": 3}], pinned=by_older)
    # Customer = 0, Customer.Address = 1, OrderPlaced = 2, OrderPlaced.Line = 3 by their names,
    # and 4, 5 are the entries of the maps
    names = sorted(["Customer", "Customer.Address", "OrderPlaced", "OrderPlaced.ByNumberEntry", "OrderPlaced.LabelsEntry", "OrderPlaced.Line"])
    index = bytes([names.index("OrderPlaced")])
    vector("protobuf-glue", b"\x03\x00" + GLUE_ID.bytes + index + data, ["glue", "protobuf"], [expected], schemas={f"glue:{GLUE_ID}": "shop.proto"})
    line = kind.DESCRIPTOR.nested_types_by_name["Line"]
    line = message_factory.GetMessageClass(line)(sku="SKU-1", qty=300).SerializeToString()
    # the way to OrderPlaced.Line: two steps, the second message of the file, its third child
    place = [child.name for child in kind.DESCRIPTOR.nested_types].index("Line")
    way = bytes([2 << 1, 1 << 1, place << 1])
    vector("protobuf-confluent", b"\x00\x00\x00\x00\x09" + way + line, ["confluent", "protobuf"], [{"sku": "SKU-1", "qty": 300}], schemas={"confluent:9": "shop.proto"})
    first = message_factory.GetMessageClass(pool.FindMessageTypeByName("shop.v1.Customer"))(id="c").SerializeToString()
    vector("protobuf-confluent-first", b"\x00\x00\x00\x00\x09\x00" + first, ["confluent", "protobuf"], [{"id": "c"}], schemas={"confluent:9": "shop.proto"})


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    formats = (compression, documents, texts, message_pack, cbor, avro, proto)
    envelopes = (cloud_watch, change_records, messages, cloud_events, dms, failures)
    for make in (*formats, kpl_by_python, kpl_by_node, *envelopes):
        make()
    write_all()


main()
