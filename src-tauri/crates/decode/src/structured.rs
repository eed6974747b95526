//! Formats that are not JSON, written as JSON text, so that one tree, one path language and one
//! search serve all of them.
//!
//! The text says all that the source says, in the source's order:
//! - Numbers are exact: integers of any size and decimals by all their digits, floats by the
//!   shortest text that reads back as the same float. What JSON has no number for is
//!   `{"$float":"NaN"}`.
//! - Bytes, and text that is no UTF-8, are `{"$base64":"…"}`.
//! - Duplicate keys stay. A key that is no text (`MessagePack`, CBOR) is the JSON text of its value; a map whose keys are maps or arrays is refused.
//! - CBOR: tags are `{"$tag":n,"$value":…}`, but big integers and decimal fractions are numbers;
//!   unnamed simple values are `{"$simple":n}`.
//! - `MessagePack`: extensions are `{"$ext":n,"$base64":"…"}`, timestamps
//!   `{"$timestamp":{"seconds":…,"nanoseconds":…}}`.
//! - Avro: a nullable value is the value or null, other unions are `{"branch":…}` as in Avro's JSON
//!   encoding; decimals are numbers, other logical types stay the number that they are.
//! - Protobuf: fields by their name in the schema, as they were sent: one that comes again later stands
//!   there again; absent ones are absent; enumerations by name
//!   or number; fields that the schema does not know, or knows otherwise, as `"#12"`.
//! - XML: an element is its text, or an object of `@attributes`, children in their order and `#text`;
//!   comments are `#comment`, processing instructions `?target`. White space between elements is
//!   left out.
//!
//! Every converter is one loop with its own stack, bounded by the writer: no depth of input can
//! exhaust the thread's stack.

pub(crate) mod avro;
pub(crate) mod cbor;
mod cursor;
mod decimal;
mod frames;
pub(crate) mod message_pack;
pub(crate) mod protobuf;
mod writer;
pub(crate) mod xml;

pub(crate) use cursor::Cursor;
pub(crate) use writer::{Halt, JsonWriter};
