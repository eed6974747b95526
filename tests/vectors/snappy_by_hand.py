"""Snappy by its description: the Python packages for it wrap the crate that is to be tested.

Packs only, and not well: a hash of four bytes, no search for longer matches.
"""

import struct


def snappy_raw(data):
    """A block with literals and copies (google/snappy, format_description.txt)."""
    out = bytearray()
    length = len(data)
    while length >= 0x80:
        out.append(length & 0x7F | 0x80)
        length >>= 7
    out.append(length)
    seen, at, literal = {}, 0, bytearray()

    def flush():
        for start in range(0, len(literal), 60):
            piece = literal[start : start + 60]
            out.append(len(piece) - 1 << 2)
            out.extend(piece)
        literal.clear()

    while at < len(data):
        key = data[at : at + 4]
        before = seen.get(key) if len(key) == 4 else None
        seen[key] = at
        if before is None or at - before > 0xFFFF:
            literal.append(data[at])
            at += 1
            continue
        flush()
        count = 4
        while count < 64 and at + count < len(data) and data[before + count] == data[at + count]:
            count += 1
        out.append((count - 1) << 2 | 2)
        out.extend(struct.pack("<H", at - before))
        at += count
    flush()
    return bytes(out)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def snappy_frame(data):
    """The identifier, one packed chunk and one plain (google/snappy, framing_format.txt)."""

    def chunk(kind, content, plain):
        crc = crc32c(plain)
        masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
        body = struct.pack("<I", masked) + content
        return bytes([kind]) + struct.pack("<I", len(body))[:3] + body

    half = len(data) // 2
    first, second = data[:half], data[half:]
    return b"\xff\x06\0\0sNaPpY" + chunk(0, snappy_raw(first), first) + chunk(1, second, second)
